package org.coexhub.platform.postgres;

import java.nio.file.Path;
import java.util.Set;

/** Tells which files of a cluster a copy of it needs: not what belongs to the running server, and nothing temporary. */
public final class ClusterFiles {

    /** Where the cluster and the server's own files lie, below the data directory. */
    public static final String FOLDER = "postgres";

    public static final String CLUSTER = "cluster";

    /** Where the label of a backup of a running server is read from by its copy's first start. */
    public static final String LABEL = "backup_label";

    /** Copied after all others: it names the checkpoint. */
    public static final Path CONTROL = Path.of("global", "pg_control");

    public static final String LOG = "pg_wal";

    /** Kept empty in a copy; the server fills them anew. */
    private static final Set<String> OF_THE_RUN =
            Set.of(
                    "pg_dynshmem",
                    "pg_notify",
                    "pg_replslot",
                    "pg_serial",
                    "pg_snapshots",
                    "pg_stat_tmp",
                    "pg_subtrans");

    private static final Set<String> NOT_COPIED =
            Set.of("postmaster.pid", "postmaster.opts", "postgresql.auto.conf.tmp");

    private ClusterFiles() {}

    /** @param file its path within the cluster */
    public static boolean isNeeded(Path file) {
        String name = file.getFileName().toString();
        boolean inside = file.getNameCount() > 1;
        return !(inside && OF_THE_RUN.contains(file.getName(0).toString()))
                && !NOT_COPIED.contains(name)
                && !name.startsWith("pgsql_tmp")
                && !name.startsWith("pg_internal.init");
    }
}
