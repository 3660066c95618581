package org.coexhub.platform.postgres;

import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where the time of the database goes in a first start and in a later one; {@code mvn -Pbench test -Dtest=FirstStartBenchmark}. */
@Tag("bench")
class FirstStartBenchmark {

    private static final int RUNS = 5;
    private static final int CONNECTIONS = 16;

    private final Map<String, List<Long>> millis = new LinkedHashMap<>();
    private long since;

    @Test
    void firstAndLaterStarts() throws Exception {
        for (int run = 0; run < RUNS; run++) {
            Path folder = Files.createTempDirectory(Path.of("target"), "first-start");
            start("first", folder.toAbsolutePath());
            start("later", folder.toAbsolutePath());
            Folders.delete(folder);
        }
        var table = new StringBuilder("| step | fastest | median |\n| --- | --- | --- |\n");
        millis.forEach(
                (step, all) -> {
                    List<Long> sorted = all.stream().sorted().toList();
                    table.append(
                            "| %s | %d ms | %d ms |%n"
                                    .formatted(step, sorted.getFirst(), sorted.get(RUNS / 2)));
                });
        Files.writeString(Path.of("target", "benchmark-first-start.md"), table);
    }

    private void start(String which, Path folder) throws Exception {
        since = System.nanoTime();
        PostgresFiles files = PostgresFiles.in(folder);
        lap(which + ": programs unpacked");
        NotAsRoot user = NotAsRoot.forThisMachine(files.program("postgres"));
        lap(which + ": user found");
        new PostgresCluster(folder, files, user).prepare(CONNECTIONS);
        lap(which + ": cluster made");
        try (var server =
                PostgresServer.start(
                        folder, PostgresServer.lock(folder), files, user, CONNECTIONS)) {
            lap(which + ": server started");
            var database = new PGSimpleDataSource();
            database.setUrl(server.url());
            database.setUser(server.user());
            database.setPassword(server.password());
            TestDatabase.migrate(database);
            lap(which + ": schema migrated");
        }
    }

    private void lap(String step) {
        long now = System.nanoTime();
        millis.computeIfAbsent(step, none -> new ArrayList<>()).add((now - since) / 1_000_000);
        since = System.nanoTime();
    }
}
