import type { Spec } from '../spec/load.ts';
import { SchemaCompiler, type Subject } from './compiler.ts';
import { standaloneModule } from './standalone.ts';

/** One check to compile: what it judges, and the name it is exported under. */
export interface Check extends Subject {
  readonly name: string;
}

/** The helpers ajv's code asks for, and what the generated code uses instead, so that ajv is not needed at run time. */
const helpers: Readonly<Record<string, string>> = {
  'ajv/dist/runtime/ucs2length': 'characters',
  'ajv/dist/runtime/equal': 'equal',
};

/** Compiles checks ahead of time into one ES module that needs nothing but `../runtime.ts`. Throws `SpecError`. */
export function compileChecks(spec: Spec, checks: readonly Check[]): string {
  const compiler = new SchemaCompiler(spec, {
    inlineRefs: false,
    code: { source: true, esm: true, lines: true, optimize: 2 },
  });
  if (!/"(unevaluatedProperties|unevaluatedItems|\$dynamicRef)"/.test(JSON.stringify(spec.document))) {
    // Bookkeeping for keywords the document does not use would double the size of the code.
    compiler.ajv.opts.unevaluated = false;
    compiler.ajv.opts.dynamicRef = false;
  }
  const ids = checks.map((check) => [check.name, compiler.add(check)] as const);
  return withoutRequires(
    standaloneModule(
      compiler.ajv,
      ids.map(([name, id]) => [name, compiler.compile(id)]),
    ),
  );
}

function withoutRequires(code: string): string {
  return code.replaceAll(/require\("([^"]+)"\)(?:\.default)?/g, (_, module: string) => {
    const helper = helpers[module];
    if (helper === undefined)
      throw new Error(
        `the compiled checks ask for ${module}, which has no replacement in the table of helpers`,
      );
    return helper;
  });
}
