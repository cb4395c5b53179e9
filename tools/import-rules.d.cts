/** Who may import whom, by package and by control-plane module. */
declare const rules: {
  readonly packages: Readonly<Record<string, readonly string[]>>
  readonly modules: Readonly<Record<string, readonly string[]>>
}
export = rules
