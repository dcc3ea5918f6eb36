/** How generated files are laid out and refer to each other. */
export interface LayoutOptions {
  /**
   * `folders`: `<spec>/types.ts`; `flat`: `<spec>.types.ts`. The shared run-time part is a folder in both.
   */
  readonly layout: 'folders' | 'flat';
  /**
   * What an import ends in: `.ts` for Node and bundlers, `.js` for output of `tsc`, `none` for bundlers of
   * old.
   */
  readonly importExtension: '.ts' | '.js' | 'none';
}

/** The layout of our own workspace, and what is taken when nothing is said. */
export const defaultLayout: LayoutOptions = { layout: 'folders', importExtension: '.ts' };

/** Where each generated file stands, and how its neighbours import it. */
export class Layout {
  readonly #options: LayoutOptions;

  constructor(options: LayoutOptions = defaultLayout) {
    this.#options = options;
  }

  /** The path of a part of a spec, from the folder of all that is generated. */
  fileOf(spec: string, part: string): string {
    const flat = part === 'index' ? `${spec}.ts` : `${spec}.${part}.ts`;
    return this.#options.layout === 'flat' ? flat : `${spec}/${part}.ts`;
  }

  /** How a part of a spec is imported by another part of it. */
  ofSpec(spec: string, part: string): string {
    return this.specifier(this.#options.layout === 'flat' ? `./${spec}.${part}` : `./${part}`);
  }

  /** How the shared part is imported by a part of a spec. */
  get runtime(): string {
    return this.specifier(this.#options.layout === 'flat' ? './runtime/index' : '../runtime/index');
  }

  /** A relative module with the ending that imports have here. */
  specifier(module: string): string {
    return this.#options.importExtension === 'none' ? module : `${module}${this.#options.importExtension}`;
  }

  /** The text of a template, its imports with the ending that they have here. */
  templateText(text: string): string {
    return text.replaceAll(/(from '\.[^']*)\.ts'/g, (_, module: string) =>
      this.#options.importExtension === 'none' ? `${module}'` : `${module}${this.#options.importExtension}'`,
    );
  }
}
