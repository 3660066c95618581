package org.coexhub.platform.export;

import org.coexhub.platform.files.NotDoneException;
import org.coexhub.platform.postgres.ClusterFiles;
import org.coexhub.platform.postgres.PostgresUnavailableException;
import org.coexhub.platform.settings.CommandArguments;
import org.coexhub.platform.settings.DataDirectory;
import org.coexhub.platform.settings.Purpose;
import org.coexhub.platform.settings.SettingFaultException;
import org.coexhub.platform.settings.SystemAway;
import org.coexhub.platform.store.StoreSettings;
import org.flywaydb.core.api.FlywayException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/** The words {@code export} and {@code import} of the command line, each followed by a folder. */
public final class ExportCommand {

    static final List<String> MIGRATIONS = List.of("classpath:db/migration");

    private static final String EXPORT = "export";
    private static final String IMPORT = "import";
    private static final long MEGABYTE = 1024 * 1024;
    private static final int DONE = 0;
    private static final int FAILED = 1;

    private final Path data;
    private final Purpose purpose;
    private final StoreSettings store;
    private final String address;

    /**
     * @param data the data directory
     * @param store names the database; or none, which is the hub's own then
     * @param address of the database as it may be shown
     */
    ExportCommand(Path data, Purpose purpose, StoreSettings store, String address) {
        this.data = data.toAbsolutePath().normalize();
        this.purpose = purpose;
        this.store = store;
        this.address = address;
    }

    /** Whether these arguments ask for an export or an import, and not for a hub. */
    public static boolean isIn(String[] arguments) {
        return CommandArguments.ask(arguments, List.of(EXPORT, IMPORT));
    }

    /** @return the process's exit status */
    public static int run(String[] given) {
        var arguments = CommandArguments.of(given);
        if (!arguments.nameAFolder()) {
            System.err.printf(
                    "%s needs a folder, e.g. java -jar coexistence-hub.jar %1$s /exports/today%n",
                    arguments.word());
            return FAILED;
        }
        ConfigurableEnvironment settings = arguments.settings();
        try {
            return new ExportCommand(
                            arguments.dataDirectory(),
                            Purpose.of(settings),
                            Binder.get(settings).bindOrCreate("hub.db", StoreSettings.class),
                            SystemAway.place(settings, "hub.db.url"))
                    .run(arguments.word(), arguments.folder(), System.out, System.err);
        } catch (RuntimeException e) {
            System.err.println(arguments.word() + ": " + deepest(e).getMessage());
            return FAILED;
        }
    }

    private static Throwable deepest(Throwable failure) {
        return failure.getCause() == null ? failure : deepest(failure.getCause());
    }

    int run(String word, Path folder, PrintStream out, PrintStream err) {
        try {
            out.println(
                    word.equals(EXPORT)
                            ? export(folder)
                            : importFrom(folder.toAbsolutePath().normalize()));
            return DONE;
        } catch (NotDoneException | PostgresUnavailableException | SettingFaultException refused) {
            err.println(word + ": " + refused.getMessage());
        } catch (SQLException e) {
            err.println(word + " failed: " + reason(e));
        } catch (FlywayException e) {
            err.println(
                    word
                            + " failed: "
                            + (deepest(e) instanceof SQLException sql
                                    ? reason(sql)
                                    : SystemAway.reason(e)));
        } catch (Exception e) {
            err.println(word + " failed: " + e);
        }
        return FAILED;
    }

    private String reason(SQLException e) {
        return "%s: %s (SQLSTATE %s)"
                .formatted(
                        isOwn() ? "the hub's own database" : address,
                        SystemAway.reason(e),
                        e.getSQLState());
    }

    private boolean isOwn() {
        return store.url().isBlank();
    }

    private CommandDatabase open() {
        return isOwn()
                ? CommandDatabase.own(data)
                : CommandDatabase.at(address, store.url(), store.user(), store.password());
    }

    private String export(Path folder) throws IOException, SQLException {
        if (isOwn()) {
            refuseWithoutDatabase();
        }
        long began = System.nanoTime();
        try (CommandDatabase database = open()) {
            ExportManifest manifest =
                    new DatabaseExport(
                                    database,
                                    new Migrations(database.source(), MIGRATIONS),
                                    Clock.systemUTC())
                            .into(folder);
            return "Export of %s as of %s is whole: %s, %s. Queues and files of messages are not in it"
                    .formatted(
                            database.name(),
                            manifest.state(),
                            folder.toAbsolutePath().normalize(),
                            size(manifest, began));
        }
    }

    private void refuseWithoutDatabase() {
        DataDirectory.faultOfHalf(data)
                .ifPresent(
                        half -> {
                            throw new NotDoneException(half);
                        });
        if (!Files.exists(data.resolve(ClusterFiles.FOLDER).resolve(ClusterFiles.CLUSTER))) {
            throw new NotDoneException(
                    "HUB_DATA_DIR (hub.data-dir): %s holds no database of a hub; give the folder of the hub, e.g. ./data, or the database by HUB_DB_URL"
                            .formatted(data));
        }
    }

    private String importFrom(Path folder) throws IOException, SQLException {
        ExportManifest manifest = ExportManifest.in(folder);
        if (manifest.purpose() != null && !manifest.purpose().equals(purpose.mark())) {
            throw new NotDoneException(
                    "The export is of a hub of %s, and this is %s: %s"
                            .formatted(manifest.purpose(), purpose.mark(), purpose.remedy()));
        }
        manifest.check(folder);
        DataDirectory.claimForImport(data, purpose);
        long began = System.nanoTime();
        try (CommandDatabase database = open()) {
            new DatabaseImport(
                            database,
                            new Migrations(database.source(), MIGRATIONS),
                            data,
                            Clock.systemUTC())
                    .from(folder, manifest);
            return "Imported the export of %s into %s: %s. Start the hub with HUB_DATA_DIR=%s; nothing is sent until somebody releases it, see POST /api/v1/sending/release"
                    .formatted(manifest.state(), database.name(), size(manifest, began), data);
        }
    }

    private static String size(ExportManifest manifest, long began) {
        double seconds = (System.nanoTime() - began) / 1e9;
        return "%d tables, %,d rows, %,d MB in %.1f s"
                .formatted(
                        manifest.tables().size(),
                        manifest.rows(),
                        manifest.bytes() / MEGABYTE,
                        seconds);
    }
}
