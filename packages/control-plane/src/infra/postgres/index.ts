export { createDatabase, type Database } from './database.ts'
export { migrate, MigrationError, type AppliedMigration, type MigrationFolder } from './migrate.ts'
export { sqlErrorOf, translateSqlError } from './sql-error.ts'
export { pgOf } from './transaction.ts'
