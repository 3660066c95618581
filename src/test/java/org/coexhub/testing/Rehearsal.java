package org.coexhub.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One start and stop of a hub, whose AOT cache all hubs with the same class path and JVM options share. */
final class Rehearsal {

    private static final int FIRST_JDK_WITH_AOT_CACHE = 25;
    private static final Duration READY = Duration.ofMinutes(2);

    /** Older JDKs remember classes alone. */
    static final boolean AOT = Runtime.version().feature() >= FIRST_JDK_WITH_AOT_CACHE;

    private static final Map<List<String>, Path> CACHES = new HashMap<>();

    private Rehearsal() {}

    /** @return where the cache is; nothing is there if the JVM did not write any */
    static synchronized Path cacheFor(String classpath, List<String> jvm) throws IOException {
        var kind = List.of(classpath, String.join(" ", withoutHeap(jvm)));
        Path known = CACHES.get(kind);
        if (known != null) {
            return known;
        }
        Path folder = Files.createTempDirectory(HubClasspath.FOLDER, "rehearsal");
        Path cache = folder.resolve(AOT ? "hub.aot" : "hub.jsa");
        try (var hub = HubProcess.in(folder).jvm(jvm.toArray(String[]::new))) {
            hub.jvm((AOT ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + cache);
            hub.start();
            hub.awaitReady(READY);
        }
        CACHES.put(kind, cache);
        return cache;
    }

    /** The cache does not depend on the size of the heap. */
    private static List<String> withoutHeap(List<String> jvm) {
        return jvm.stream().filter(option -> !option.startsWith("-Xmx")).toList();
    }
}
