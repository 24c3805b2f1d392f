/** What every webview remembers of what is looked at. */
export interface PanelState {
  readonly scrollTop: number;
}
