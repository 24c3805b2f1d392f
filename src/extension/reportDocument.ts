import * as vscode from 'vscode';

const scheme = 'image-catalog-report';

/** Read-only Markdown documents of this session: reports that nobody has to save or throw away. */
export class ReportDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly registration: vscode.Disposable;
  private next = 1;

  constructor() {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  /** Shows a report, rendered if the editor can. */
  async show(title: string, markdown: string): Promise<void> {
    const name = title.replace(/[/\\?#]/g, ' ').trim() || 'report';
    const uri = vscode.Uri.from({ scheme, path: `/${this.next++}/${name}.md` });
    this.texts.set(uri.toString(), markdown);
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      // An editor without the Markdown extension.
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, { preview: true });
    }
  }

  dispose(): void {
    this.registration.dispose();
    this.texts.clear();
  }
}
