package org.coexhub.platform.broker;

import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.ConfigurationUtils;
import org.apache.activemq.artemis.core.config.WildcardConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.paging.PagingManager;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager5;
import org.apache.activemq.artemis.spi.core.security.jaas.NoCacheLoginException;
import org.apache.activemq.artemis.spi.core.security.jaas.RolePrincipal;
import org.apache.activemq.artemis.spi.core.security.jaas.UserPrincipal;
import org.springframework.util.unit.DataSize;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.security.auth.Subject;

/**
 * The persistent Artemis inside the hub's own process. Every commit is synced to disk before it returns; concurrent
 * commits share one sync. Paging keeps a dead destination's backlog out of memory; a disk fuller than the limit blocks
 * producers, which the journal turns into an honest 503.
 */
final class EmbeddedBroker {

    /** Brokers of one process, as tests start them, are told apart by number. */
    private static final AtomicInteger STARTED = new AtomicInteger();

    /** How long a commit waits for others to share its disk sync; about a thousand syncs a second at most. */
    private static final int SYNC_SHARING_NANOS = 1_000_000;

    private final String url = "vm://" + STARTED.getAndIncrement();

    /** A burst of webhooks is stored in nearly half the time while the journal's queue need not page. */
    private static final long JOURNAL_BYTES = DataSize.ofMegabytes(64).toBytes();

    /** Pointers that go first do so only among those in memory. */
    private static final long SEND_BYTES = DataSize.ofMegabytes(16).toBytes();

    /** A start that never gets ready must not leave its queues uncounted. */
    private static final Duration LONGEST_UNCOUNTED = Duration.ofSeconds(30);

    private final CountDownLatch ready = new CountDownLatch(1);
    private final ActiveMQServer server;
    private final Path home;

    EmbeddedBroker(BrokerSettings settings, Path data) throws Exception {
        home = settings.directory(data).toAbsolutePath().normalize();
        BrokerSnapshot.clear(home);
        server = new Server(configuration(settings), new ListenerUser(settings));
        server.registerBrokerPlugin(new LargestCommand());
        server.start();
    }

    /** Where the hub itself connects, without a socket. */
    String url() {
        return url;
    }

    /** The hub takes webhooks: what the broker tidies after a start may have the processor now. */
    void hubIsReady() {
        ready.countDown();
    }

    boolean storesDurably() {
        return server.isActive() && !server.getPagingManager().isDiskFull();
    }

    BrokerSnapshot snapshot(BrokerSnapshot.AtTheCut action) throws Exception {
        return BrokerSnapshot.take(server, home, action);
    }

    void close() throws Exception {
        ready.countDown();
        server.stop();
    }

    /**
     * After a start Artemis reads every page file to count its messages, several gigabytes if a destination was dead for
     * long. That runs beside the start of the hub and takes its processor; here it waits until the hub is ready. Until it
     * is done, queues tell the counts they had, and emptied page files stay.
     */
    private final class Server extends ActiveMQServerImpl {

        Server(Configuration configuration, ActiveMQSecurityManager security) {
            super(configuration, security);
        }

        @Override
        public PagingManager createPagingManager() throws Exception {
            PagingManager paging = super.createPagingManager();
            paging.execute(this::awaitReady);
            return paging;
        }

        private void awaitReady() {
            try {
                ready.await(LONGEST_UNCOUNTED.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Configuration configuration(BrokerSettings settings) throws Exception {
        var configuration = new ConfigurationImpl();
        configuration
                .setName("coexistence-hub")
                .setPersistenceEnabled(true)
                .setJournalType(JournalType.NIO)
                .setJournalDirectory(home.resolve("journal").toString())
                .setBindingsDirectory(home.resolve("bindings").toString())
                .setPagingDirectory(home.resolve("paging").toString())
                .setLargeMessagesDirectory(home.resolve("large").toString())
                .setJournalSyncTransactional(true)
                .setJournalSyncNonTransactional(true)
                .setJournalDatasync(true)
                .setJournalBufferTimeout_NIO(SYNC_SHARING_NANOS)
                .setPageSyncTimeout(SYNC_SHARING_NANOS)
                // Each is read from end to end at a start, also what is empty or done with.
                .setJournalMinFiles(2)
                .setJournalPoolFiles(4)
                .setGlobalMaxSize(Runtime.getRuntime().maxMemory() / 4)
                .setMaxDiskUsage(settings.maxDiskUsage())
                .setDiskScanPeriod(1000)
                .setSecurityEnabled(true)
                .setMessageCounterEnabled(false)
                .setJMXManagementEnabled(false)
                .setPopulateValidatedUser(true)
                // Or a queue on the address # would get a copy of all that the hub stores.
                .setWildCardConfiguration(new WildcardConfiguration().setRoutingEnabled(false))
                .addAddressSetting("#", addressSettings(settings))
                .addAddressSetting(QueueNames.IN, keeping(JOURNAL_BYTES, settings))
                .addAddressSetting(QueueNames.SEND, keeping(SEND_BYTES, settings));
        configuration.addAcceptorConfiguration("in-vm", url);
        if (!settings.listen().isBlank()) {
            ConfigurationUtils.parseAcceptorURI("listener", settings.listen() + "?protocols=CORE")
                    .forEach(
                            acceptor -> {
                                acceptor.getParams().putAll(encryption(settings));
                                configuration.addAcceptorConfiguration(acceptor);
                            });
        }
        return configuration;
    }

    /** Beside the address, not in it: Artemis decodes an address twice, so no spelling of a plus sign comes through. */
    private static Map<String, Object> encryption(BrokerSettings settings) {
        return settings.listenKeystore().isBlank()
                ? Map.of()
                : Map.of(
                        TransportConstants.SSL_ENABLED_PROP_NAME,
                        true,
                        TransportConstants.KEYSTORE_TYPE_PROP_NAME,
                        "PKCS12",
                        TransportConstants.KEYSTORE_PATH_PROP_NAME,
                        Path.of(settings.listenKeystore()).toAbsolutePath().toString(),
                        TransportConstants.KEYSTORE_PASSWORD_PROP_NAME,
                        settings.listenKeystorePassword());
    }

    private static AddressSettings keeping(long bytes, BrokerSettings settings) {
        return new AddressSettings()
                .setMaxSizeBytes(Math.max(bytes, settings.maxAddressSize().toBytes()));
    }

    private static AddressSettings addressSettings(BrokerSettings settings) {
        return new AddressSettings()
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                .setMaxSizeBytes(settings.maxAddressSize().toBytes())
                .setPageSizeBytes(2 * 1024 * 1024)
                // Never used by the hub's own consumers, which park what they cannot handle
                // themselves.
                .setDeadLetterAddress(SimpleString.of(QueueNames.BROKER))
                .setExpiryAddress(SimpleString.of(QueueNames.BROKER))
                .setMaxDeliveryAttempts(-1)
                .setRedeliveryDelay(0)
                .setAutoCreateQueues(false)
                .setAutoCreateAddresses(false)
                .setAutoDeleteQueues(false)
                .setAutoDeleteAddresses(false)
                .setDefaultGroupRebalance(true)
                .setDefaultGroupRebalancePauseDispatch(true)
                .setDefaultGroupBuckets(1024);
    }

    /** The hub itself enters in-VM without a password; everyone else needs the configured user, with a program's rights. */
    private record ListenerUser(BrokerSettings settings) implements ActiveMQSecurityManager5 {

        private static final RolePrincipal INSIDE = new RolePrincipal("hub");
        private static final RolePrincipal PROGRAM = new RolePrincipal("program");

        @Override
        public Subject authenticate(
                String user, String password, RemotingConnection connection, String securityDomain)
                throws NoCacheLoginException {
            boolean inside =
                    connection != null && connection.getRemoteAddress().startsWith("invm:");
            if (!inside && !validateUser(user, password)) {
                throw new NoCacheLoginException("unknown user or wrong password");
            }
            var subject = new Subject();
            subject.getPrincipals()
                    .add(new UserPrincipal(inside ? BrokerSettings.INSIDE_USER : user));
            subject.getPrincipals().add(inside ? INSIDE : PROGRAM);
            return subject;
        }

        @Override
        public boolean validateUser(String user, String password) {
            return !settings.password().isEmpty()
                    && same(settings.user(), user)
                    && same(settings.password(), password);
        }

        @Override
        public boolean authorize(
                Subject subject, Set<Role> roles, CheckType checkType, String address) {
            return subject != null
                    && (subject.getPrincipals().contains(INSIDE)
                            || new ProgramRights(settings.listenReads()).allow(checkType, address));
        }

        @Override
        public boolean validateUserAndRole(
                String user, String password, Set<Role> roles, CheckType checkType) {
            // Asked only of managers that know no subjects.
            return false;
        }

        private static boolean same(String expected, String given) {
            return given != null
                    && MessageDigest.isEqual(
                            expected.getBytes(StandardCharsets.UTF_8),
                            given.getBytes(StandardCharsets.UTF_8));
        }
    }
}
