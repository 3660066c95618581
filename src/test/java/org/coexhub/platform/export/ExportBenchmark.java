package org.coexhub.platform.export;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * How long an export and an import of 200,000 events take, from one database of the hub's own to another; {@code mvn -Pbench
 * test -Dtest=ExportBenchmark}.
 */
@Tag("bench")
class ExportBenchmark {

    private static final int EVENTS = 200_000;

    /** Bodies of some 1,200 bytes, as a text message has, that no compression of the database's makes smaller. */
    private static final String ROWS =
            """
            INSERT INTO event_log (id, owner, batch, ordinal, type, origin, conversation, number_id, event_time, claimed_at, body)
            SELECT 'message:wamid.' || md5(n::text) || md5((-n)::text), gen_random_uuid(), n / 50, n %% 50,
                'whatsapp.message.received', 'customer', '100200300400500:4477009' || lpad((n %% 5000)::text, 5, '0'), '100200300400500',
                now(), now(), convert_to((SELECT string_agg(md5((n * 40 + i)::text), '') FROM generate_series(1, 37) i), 'UTF8')
            FROM generate_series(1, %d) n
            """
                    .formatted(EVENTS);

    @TempDir Path folder;

    @Test
    void exportAndImport() throws Exception {
        Path export = folder.resolve("export");
        var table = new StringBuilder("| step | seconds | MB/s |\n| --- | --- | --- |\n");
        ExportManifest manifest;
        try (var own = CommandDatabase.own(Files.createDirectory(folder.resolve("first")))) {
            var migrations = new Migrations(own.source(), ExportCommand.MIGRATIONS);
            migrations.migrateTo("1");
            var jdbc = new JdbcTemplate(own.source());
            jdbc.update("INSERT INTO store_purpose VALUES ('production')");
            jdbc.execute(ROWS);
            jdbc.execute("CHECKPOINT");
            long began = System.nanoTime();
            manifest = new DatabaseExport(own, migrations, Clock.systemUTC()).into(export);
            table.append(row("export", began, manifest));
        }
        Path data = Files.createDirectory(folder.resolve("second"));
        long checking = System.nanoTime();
        manifest.check(export);
        table.append(row("checksums before an import", checking, manifest));
        try (var own = CommandDatabase.own(data)) {
            long began = System.nanoTime();
            new DatabaseImport(
                            own,
                            new Migrations(own.source(), ExportCommand.MIGRATIONS),
                            data,
                            Clock.systemUTC())
                    .from(export, manifest);
            table.append(row("import", began, manifest));
        }
        table.append(
                "%n%,d rows, %,d MB of files%n"
                        .formatted(manifest.rows(), manifest.bytes() / 1_000_000));
        Files.writeString(Path.of("target", "benchmark-export.md"), table);
    }

    private static String row(String step, long began, ExportManifest manifest) {
        double seconds = (System.nanoTime() - began) / 1e9;
        return "| %s | %.1f | %.0f |%n".formatted(step, seconds, manifest.bytes() / 1e6 / seconds);
    }
}
