/** The process that is killed: `child <task> <places as JSON> ...`. */
import fs from 'node:fs';
import path from 'node:path';
import { nodeFilePort } from '../../../src/catalog/files/filePort.js';
import { allOperations } from './allOperations.js';
import { CatalogFaults } from './catalogFaults.js';
import { WatchedPort } from './faultyPort.js';
import { checksumOf } from './invariants.js';
import type { Places } from './world.js';
import { picture, SafetyWorld } from './world.js';

const [task = '', placesText = '', ...rest] = process.argv.slice(2);
const places = JSON.parse(placesText) as Places;
const world = SafetyWorld.at(places);
const say = (line: string): void => void fs.writeSync(1, `${line}\n`);

/** Counts the calls to files and catalog together and ends the process at one of them. */
class Executioner {
  /** The names of the calls so far. */
  readonly steps: string[] = [];
  readonly #at: number;
  readonly #moment: string;

  constructor(at: number, moment: string) {
    this.#at = at;
    this.#moment = moment;
  }

  before(name: string): void {
    this.steps.push(name);
    if (this.steps.length === this.#at && this.#moment === 'before') this.#kill();
  }

  after(): void {
    if (this.steps.length >= this.#at && this.#at > 0 && this.#moment === 'after') this.#kill();
  }

  #kill(): void {
    process.kill(process.pid, 'SIGKILL');
  }
}

async function runAndDie(): Promise<void> {
  const [name = '', arranged = '', at = '0', moment = 'before'] = rest;
  const executioner = new Executioner(Number(at), moment);
  const catalog = new CatalogFaults(world.catalogFile, {
    before: (call) => executioner.before(call),
    after: () => executioner.after(),
  });
  const operation = allOperations().find((one) => one.name === name);
  const files = new WatchedPort(operation?.port ?? nodeFilePort, {
    before: (call) => executioner.before(call.name),
    after: () => executioner.after(),
  }).port;
  catalog.start();
  await world.open();
  // A start of the program begins with recovery, and that may be cut off, too.
  if (name === 'recovery') await world.recover(files);
  else if (operation) await operation.run(world, files, arranged);
  else throw new Error(`no operation is called ${name}`);
  await world.close();
  say(`steps ${JSON.stringify(executioner.steps)}`);
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits for the lock, imports a new file, says so, gives the lock back, and again. */
async function writeForEver(): Promise<void> {
  const [name = '', journal = ''] = rest;
  const note = (text: string): void => fs.appendFileSync(journal, `${text}\n`);
  for (let round = 0; ; round++) {
    try {
      await world.open();
    } catch {
      await pause(5 + Math.random() * 20);
      continue;
    }
    note(`begin ${name}`);
    await world.recover();
    const bytes = picture(`${name} ${round}`, 2000);
    fs.writeFileSync(path.join(places.source, `${name}-${round}.JPG`), bytes);
    await world.import('copy', await world.scan());
    note(`imported ${checksumOf(bytes)}`);
    note(`end ${name}`);
    await world.close();
    await pause(Math.random() * 10);
  }
}

if (task === 'run') await runAndDie();
else if (task === 'write') await writeForEver();
else if (task === 'operate') {
  // Undisturbed by us: whoever started this process ends it.
  const [name = '', arranged = ''] = rest;
  await world.open();
  const operation = allOperations().find((one) => one.name === name);
  if (!operation) throw new Error(`no operation is called ${name}`);
  await operation.run(world, operation.port, arranged);
  await world.close();
} else throw new Error(`no task is called ${task}`);
