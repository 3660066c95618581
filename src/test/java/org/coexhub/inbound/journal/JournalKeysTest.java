package org.coexhub.inbound.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;
import org.coexhub.platform.broker.BrokerSwitch;
import org.coexhub.testing.FreePorts;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Test;

import java.util.Set;

/** The first key, on an external broker whose user has no other rights than the documented ones. */
class JournalKeysTest {

    private static final Set<CheckType> DOCUMENTED =
            Set.of(
                    CheckType.SEND,
                    CheckType.CONSUME,
                    CheckType.BROWSE,
                    CheckType.CREATE_DURABLE_QUEUE,
                    CheckType.CREATE_ADDRESS,
                    CheckType.DELETE_DURABLE_QUEUE);

    @Test
    void theFirstKeyNeedsNoOtherRightsThanTheDocumentedOnes() throws Exception {
        String url = "tcp://127.0.0.1:" + FreePorts.next();
        var server = new EmbeddedActiveMQ();
        server.setConfiguration(
                new ConfigurationImpl()
                        .setPersistenceEnabled(false)
                        .addAcceptorConfiguration("for-the-test", url)
                        .addAddressSetting(
                                "#",
                                new AddressSettings()
                                        .setAutoCreateQueues(false)
                                        .setAutoCreateAddresses(false)));
        server.setSecurityManager(new Documented());
        server.start();
        var broker = BrokerSwitch.external(url);
        var queues = BrokerSwitch.queues(broker);
        try (var connections = broker.newConnectionFactory()) {
            var keys =
                    new JournalKeys(TestDatabase.postgres(), connections, queues, new TestClock())
                            .load();

            assertThat(keys).hasSize(1);
            assertThat(keys.getFirst().fence()).isPositive();
        } finally {
            BrokerSwitch.off(broker);
            server.stop();
        }
    }

    private static final class Documented implements ActiveMQSecurityManager {

        @Override
        public boolean validateUser(String user, String password) {
            return true;
        }

        @Override
        public boolean validateUserAndRole(
                String user, String password, Set<Role> roles, CheckType wish) {
            return DOCUMENTED.contains(wish);
        }
    }
}
