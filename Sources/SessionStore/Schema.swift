import GRDB

/// The tables of a session's file, by the versions of its schema.
enum Schema {
    /// Says in the file's header that it is a session: "TRSC".
    static let applicationID: Int32 = 0x5452_5343

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            // Facts of the session as a whole.
            try db.execute(sql: "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
            try db.execute(
                sql: """
                    CREATE TABLE branches (
                        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, parent TEXT, forkedAt INTEGER,
                        phase TEXT NOT NULL, reason TEXT NOT NULL, file TEXT, line INTEGER,
                        failureKind TEXT, failureMessage TEXT, failureCode TEXT,
                        heldPlace TEXT, heldEvent INTEGER, heldPasses INTEGER,
                        workflow TEXT NOT NULL, text TEXT NOT NULL, seed INTEGER NOT NULL, memoryLimit INTEGER NOT NULL,
                        nodeLimit INTEGER NOT NULL)
                    """)
            // The record, in the batches in which it grew.
            try db.execute(
                sql: """
                    CREATE TABLE batches (
                        branch INTEGER NOT NULL REFERENCES branches ON DELETE CASCADE, number INTEGER NOT NULL, events INTEGER NOT NULL,
                        bytes BLOB NOT NULL, PRIMARY KEY (branch, number))
                    """)
            try db.execute(
                sql: """
                    CREATE TABLE cues (
                        branch INTEGER NOT NULL REFERENCES branches ON DELETE CASCADE, number INTEGER NOT NULL, event INTEGER NOT NULL,
                        place TEXT NOT NULL, passes INTEGER NOT NULL, file TEXT, line INTEGER, asks INTEGER NOT NULL,
                        PRIMARY KEY (branch, number)) WITHOUT ROWID
                    """)
            try db.execute(
                sql: """
                    CREATE TABLE stops (
                        branch INTEGER NOT NULL REFERENCES branches ON DELETE CASCADE, number INTEGER NOT NULL, event INTEGER NOT NULL,
                        PRIMARY KEY (branch, number)) WITHOUT ROWID
                    """)
            // Texts that the run was given: its arguments, the files it read, those that commands named, and the sources as loaded.
            try db.execute(
                sql: """
                    CREATE TABLE texts (
                        branch INTEGER NOT NULL REFERENCES branches ON DELETE CASCADE, kind TEXT NOT NULL, number INTEGER NOT NULL,
                        name TEXT NOT NULL, text TEXT, problem TEXT NOT NULL, PRIMARY KEY (branch, kind, number))
                    """)
            try db.execute(
                sql: """
                    CREATE TABLE readings (
                        branch INTEGER NOT NULL REFERENCES branches ON DELETE CASCADE, clock TEXT NOT NULL, number INTEGER NOT NULL,
                        value REAL NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (branch, clock, number)) WITHOUT ROWID
                    """)
        }
        return migrator
    }
}
