/** What the tests of pages ask of a browser, in functions that run there. */
declare const document: {
  readonly documentElement: { readonly scrollWidth: number }
  readonly activeElement: {
    readonly id: string
    blur(): void
    closest(selector: string): { readonly rowIndex: number } | null
  } | null
}
declare const navigator: { readonly clipboard: { readText(): Promise<string> } }
