package org.coexhub.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** A standalone Artemis, unpacked from its distribution, with the settings the hub asks of an external broker. */
public final class BrokerProcess implements AutoCloseable {

    private static final Pattern DISTRIBUTION =
            Pattern.compile("<artemis-distribution.version>(.+?)</");

    public static final String PROGRAM_USER = "program";
    public static final String PROGRAM_PASSWORD = "program-password";

    private static final Duration START = Duration.ofMinutes(1);

    /** In place of the distribution's options, which optimise for a long life. */
    private static final String JVM =
            "-Xms64m -Xmx384m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dlog4j2.disableJmx=true"
                    + " --add-opens java.base/jdk.internal.misc=ALL-UNNAMED";

    private static Path home;

    private final Path instance;
    private final Path log;
    private final int port = FreePorts.next();
    private Process process;

    private BrokerProcess(Path folder) {
        this.instance = folder.resolve("instance");
        this.log = folder.resolve("broker.log");
    }

    /** Creates an instance and starts it. */
    public static BrokerProcess in(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path home = home();
        var broker = new BrokerProcess(folder);
        broker.run(
                home.resolve("bin/artemis").toString(),
                "create",
                "--silent",
                "--user",
                HubProcess.BROKER_USER,
                "--password",
                HubProcess.BROKER_PASSWORD,
                "--require-login",
                "--no-autotune",
                "--no-web",
                "--nio",
                broker.instance.toString());
        broker.waitFor("create");
        Files.writeString(broker.instance.resolve("etc/broker.xml"), broker.configuration());
        broker.addProgram();
        broker.start();
        return broker;
    }

    public void start() throws IOException {
        run(instance.resolve("bin/artemis").toString(), "run");
        long begin = System.nanoTime();
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() - begin > START.toNanos()) {
                throw new IllegalStateException("the broker does not start, see " + log);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** SIGSTOP: its connections stay, and it answers nothing. */
    public void freeze() throws IOException {
        signal("-STOP");
    }

    /** SIGCONT. */
    public void thaw() throws IOException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException {
        Process sent = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
        if (sent.onExit().join().exitValue() != 0) {
            throw new IOException("kill " + signal + " did not work");
        }
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    /** The same port, for clients that want scheme and address apart. */
    public int port() {
        return port;
    }

    private boolean listens() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private void run(String... command) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_ARGS", JVM);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        process = builder.start();
    }

    private void waitFor(String step) throws IOException {
        try {
            if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("artemis " + step + " failed, see " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The one that is shipped, on this machine only and with the protocols that programs may want. */
    private String configuration() throws IOException {
        return Files.readString(Path.of("docker/artemis/broker.xml"))
                .replaceFirst(
                        "<acceptor name=\"artemis\">[^<]*</acceptor>",
                        "<acceptor name=\"artemis\">tcp://127.0.0.1:%d?protocols=CORE,AMQP,MQTT</acceptor>"
                                .formatted(port))
                .replace("<critical-analyzer>true<", "<critical-analyzer>false<");
    }

    /** A user with the rights of programs. */
    private void addProgram() throws IOException {
        append("artemis-users.properties", PROGRAM_USER + " = " + PROGRAM_PASSWORD);
        append("artemis-roles.properties", "programs = " + PROGRAM_USER);
    }

    private void append(String file, String line) throws IOException {
        Files.writeString(
                instance.resolve("etc").resolve(file),
                System.lineSeparator() + line + System.lineSeparator(),
                StandardOpenOption.APPEND);
    }

    /** In the local Maven repository, where the build's test dependency has put it; the client's jar tells where that is. */
    private static Path distribution() throws IOException {
        String version = distributionVersion();
        return Arrays.stream(
                        System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .map(Path::of)
                .filter(jar -> jar.getFileName().toString().startsWith("artemis-jakarta-client-"))
                .map(jar -> jar.getParent().getParent().getParent().resolveSibling("activemq"))
                .map(group -> group.resolve("apache-artemis").resolve(version))
                .map(folder -> folder.resolve("apache-artemis-" + version + "-bin.zip"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "no Artemis distribution in the client's repository"));
    }

    private static String distributionVersion() throws IOException {
        Matcher version = DISTRIBUTION.matcher(Files.readString(Path.of("pom.xml")));
        if (!version.find()) {
            throw new IllegalStateException("pom.xml names no Artemis distribution");
        }
        return version.group(1);
    }

    /** The distribution, unpacked once for all brokers of this run. */
    private static synchronized Path home() throws IOException {
        if (home == null) {
            home = unpack(distribution(), Files.createTempDirectory(HubClasspath.FOLDER, "broker"));
        }
        return home;
    }

    /** Only what a broker without console and examples needs. */
    private static Path unpack(Path zip, Path target) throws IOException {
        List<String> needed = List.of("bin/", "etc/", "lib/", "schema/");
        Path home = null;
        try (InputStream in = Files.newInputStream(zip);
                ZipInputStream entries = new ZipInputStream(in)) {
            for (ZipEntry entry = entries.getNextEntry();
                    entry != null;
                    entry = entries.getNextEntry()) {
                String name = entry.getName();
                int slash = name.indexOf('/');
                home = target.resolve(name.substring(0, slash));
                String inside = name.substring(slash + 1);
                if (!entry.isDirectory() && needed.stream().anyMatch(inside::startsWith)) {
                    Path file = target.resolve(name).normalize();
                    Files.createDirectories(file.getParent());
                    Files.copy(entries, file);
                }
            }
        }
        Set<PosixFilePermission> executable =
                Files.getPosixFilePermissions(home.resolve("bin/artemis"));
        executable.add(PosixFilePermission.OWNER_EXECUTE);
        Files.setPosixFilePermissions(home.resolve("bin/artemis"), executable);
        return home;
    }
}
