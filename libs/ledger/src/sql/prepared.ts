import type { Compilable, CompiledQuery, QueryResult } from 'kysely';
import type { Db } from './tables.ts';

/** Stands in a query for a value that is given when it is executed. */
export type Given<Values> = <Name extends keyof Values & string>(name: Name) => Values[Name];

/** Executes a query with its values. */
export type Prepared<Values, Row> = (db: Db, values: Values) => Promise<QueryResult<Row>>;

class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query that is built and compiled once for each database, for those that a run executes for every batch:
 * to build one anew costs more than SQLite needs for it.
 *
 * @param build makes the query; what differs between two executions is one of `given`
 */
export function prepared<Values, Row>(
  build: (db: Db, given: Given<Values>) => Compilable<Row>,
): Prepared<Values, Row> {
  // By what belongs to the database and not to one of its transactions.
  const compiled = new WeakMap<object, CompiledQuery<Row>>();
  const given: Given<Values> = (name) => new Placeholder(name) as Values[typeof name];
  return (db, values) => {
    const { adapter } = db.getExecutor();
    let query = compiled.get(adapter);
    if (query === undefined) compiled.set(adapter, (query = build(db, given).compile()));
    return db.executeQuery({
      ...query,
      parameters: query.parameters.map((parameter) =>
        parameter instanceof Placeholder ? values[parameter.name as keyof Values] : parameter,
      ),
    });
  };
}
