/** One step of the schema. Statements of MariaDB commit by themselves, so each step must be safe to look at half done. */
export interface Migration {
  name: string;
  up(run: (sql: string) => Promise<unknown>): Promise<void>;
}
