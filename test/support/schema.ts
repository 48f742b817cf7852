import type { Database } from 'better-sqlite3';

/**
 * Converts an index to the first schema: contents are columns of `documents`, and there are no warnings
 * and no properties.
 */
export function backToTheFirst(database: Database): void {
  database.exec(`
    ALTER TABLE documents ADD COLUMN content TEXT NOT NULL DEFAULT '';
    ALTER TABLE documents ADD COLUMN source TEXT;
    UPDATE documents SET (content, source) = (SELECT content, source FROM contents WHERE document_id = id);
    DROP TABLE contents;
    DROP TABLE warnings;
    ALTER TABLE documents DROP COLUMN properties;
  `);
  database.pragma('user_version = 1');
}
