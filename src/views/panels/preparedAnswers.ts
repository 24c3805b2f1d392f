/** Answers to requests that a page makes when it is loaded, begun before that. Each is given once. */
export class PreparedAnswers {
  readonly #answers = new Map<string, Promise<unknown>>();

  prepare<Params, Answer>(
    method: string,
    params: Params,
    handle: (params: Params) => Promise<Answer>,
  ): Promise<Answer> {
    const answer = handle(params);
    // Whoever takes it gets the error; nobody may.
    answer.catch(() => undefined);
    this.#answers.set(keyOf(method, params), answer);
    return answer;
  }

  take<Params, Answer>(
    method: string,
    params: Params,
    handle: (params: Params) => Promise<Answer>,
  ): Promise<Answer> {
    const key = keyOf(method, params);
    const answer = this.#answers.get(key) as Promise<Answer> | undefined;
    this.#answers.delete(key);
    return answer ?? handle(params);
  }

  clear(): void {
    this.#answers.clear();
  }
}

const keyOf = (method: string, params: unknown): string => JSON.stringify([method, params]);
