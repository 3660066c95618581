package org.coexhub.platform.export;

import org.coexhub.platform.files.DurableFiles;
import org.coexhub.platform.files.ListOfFiles;
import org.coexhub.platform.files.NotDoneException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The list of an export's tables, written after all of their files: a folder without one is no export.
 *
 * @param format of the export
 * @param hub version of the hub that made it; null where it was not started from a jar
 * @param postgres version of the server that it was made from
 * @param schema version of the schema: the last migration
 * @param purpose of the hub, such as {@code sandbox}; null where none had used the database
 * @param state the moment that it has kept
 * @param tables all, each with a file of its name
 * @param sequences all, those of columns included
 */
record ExportManifest(
        int format,
        String hub,
        String postgres,
        String schema,
        String purpose,
        Instant state,
        List<Table> tables,
        List<Sequence> sequences) {

    static final int FORMAT = 1;

    static final String NAME = "export.json";

    static final ListOfFiles<ExportManifest> LIST =
            new ListOfFiles<>("export", NAME, ExportManifest.class);

    /**
     * A table.
     *
     * @param columns in the order in which its file has them
     */
    record Table(String name, List<String> columns, long rows, long bytes, String sha256) {

        DurableFiles.Copied content() {
            return new DurableFiles.Copied(bytes, sha256);
        }
    }

    /**
     * Where a sequence is.
     *
     * @param called whether {@code last} was given out
     */
    record Sequence(String name, long last, boolean called) {}

    /** @throws NotDoneException there is none, or it is damaged, or of another form */
    static ExportManifest in(Path folder) throws IOException {
        ExportManifest manifest = LIST.in(folder);
        if (manifest.format != FORMAT
                || manifest.schema == null
                || manifest.tables == null
                || manifest.sequences == null) {
            throw LIST.ofAnotherFormat(folder, manifest.format, FORMAT, manifest.hub);
        }
        return manifest;
    }

    /** @throws NotDoneException a file of it is missing, or is not what was written */
    void check(Path folder) throws IOException {
        for (Table table : tables) {
            LIST.check(file(folder, table.name), table.content());
        }
    }

    /** @throws NotDoneException no table of a hub is called so */
    static Path file(Path folder, String table) {
        if (!table.matches("[a-z0-9_]+")) {
            throw new NotDoneException(table + " is no table of a hub");
        }
        return folder.resolve(table + ".copy");
    }

    long rows() {
        return tables.stream().mapToLong(Table::rows).sum();
    }

    long bytes() {
        return tables.stream().mapToLong(Table::bytes).sum();
    }
}
