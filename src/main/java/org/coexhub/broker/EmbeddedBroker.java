package org.coexhub.broker;

import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager5;
import org.apache.activemq.artemis.spi.core.security.jaas.NoCacheLoginException;
import org.apache.activemq.artemis.spi.core.security.jaas.RolePrincipal;
import org.apache.activemq.artemis.spi.core.security.jaas.UserPrincipal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Set;
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
    private static final int JOURNAL_SIZES = 4;

    private final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();

    EmbeddedBroker(BrokerSettings settings, Path data) throws Exception {
        broker.setConfiguration(configuration(settings, data));
        broker.setSecurityManager(new ListenerUser(settings));
        broker.start();
    }

    /** Where the hub itself connects, without a socket. */
    String url() {
        return url;
    }

    boolean storesDurably() {
        var server = broker.getActiveMQServer();
        return server.isActive() && !server.getPagingManager().isDiskFull();
    }

    void close() throws Exception {
        broker.stop();
    }

    private Configuration configuration(BrokerSettings settings, Path data) throws Exception {
        Path home = settings.directory(data).toAbsolutePath();
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
                .setJournalMinFiles(4)
                .setJournalPoolFiles(8)
                .setGlobalMaxSize(Runtime.getRuntime().maxMemory() / 4)
                .setMaxDiskUsage(settings.maxDiskUsage())
                .setDiskScanPeriod(1000)
                .setSecurityEnabled(true)
                .setMessageCounterEnabled(false)
                .setJMXManagementEnabled(false)
                .addAddressSetting("#", addressSettings(settings))
                .addAddressSetting(
                        QueueNames.IN,
                        new AddressSettings()
                                .setMaxSizeBytes(
                                        JOURNAL_SIZES * settings.maxAddressSize().toBytes()));
        configuration.addAcceptorConfiguration("in-vm", url);
        if (!settings.listen().isBlank()) {
            configuration.addAcceptorConfiguration(
                    "listener", settings.listen() + "?protocols=CORE");
        }
        return configuration;
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

    /** The hub itself enters in-VM without a password; everyone else needs the configured user, who may do everything. */
    private record ListenerUser(BrokerSettings settings) implements ActiveMQSecurityManager5 {

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
            subject.getPrincipals().add(new UserPrincipal(inside ? "hub" : user));
            subject.getPrincipals().add(new RolePrincipal(inside ? "hub" : "client"));
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
            return subject != null;
        }

        @Override
        public boolean validateUserAndRole(
                String user, String password, Set<Role> roles, CheckType checkType) {
            return validateUser(user, password);
        }

        private static boolean same(String expected, String given) {
            return given != null
                    && MessageDigest.isEqual(
                            expected.getBytes(StandardCharsets.UTF_8),
                            given.getBytes(StandardCharsets.UTF_8));
        }
    }
}
