package org.coexhub.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.coexhub.testing.FreePorts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class ExternalBrokerCheckTest {

    @TempDir Path folder;

    @Test
    void theShippedSettingsHaveNoFault() throws Exception {
        var server = new EmbeddedActiveMQ();
        Path shipped = folder.resolve("broker.xml");
        String url = "tcp://127.0.0.1:" + FreePorts.next();
        Files.writeString(
                shipped,
                Files.readString(Path.of("docker/artemis/broker.xml"))
                        .replaceFirst(">tcp://[^<]*<", ">" + url + "<")
                        .replace(">data/", ">" + folder + "/")
                        .replace(
                                "<persistence-enabled>",
                                "<security-enabled>false</security-enabled><persistence-enabled>"));
        server.setConfigResourcePath(shipped.toUri().toString());

        assertThat(faults(server, url)).isEmpty();
        assertThat(
                        server.getActiveMQServer()
                                .getConfiguration()
                                .getWildcardConfiguration()
                                .isRoutingEnabled())
                .isFalse();
    }

    @Test
    void eachSettingThatBreaksAPromiseIsNamedWithWhatItHasToBe() throws Exception {
        String url = "tcp://127.0.0.1:" + FreePorts.next();
        var server = new EmbeddedActiveMQ();
        server.setConfiguration(
                configuration(url)
                        .addAddressSetting(
                                "wa.#",
                                new AddressSettings()
                                        .setAddressFullMessagePolicy(AddressFullMessagePolicy.DROP)
                                        .setAutoDeleteQueues(false)
                                        .setAutoDeleteAddresses(false)
                                        .setAutoCreateQueues(false)
                                        .setDefaultGroupRebalance(true)
                                        .setDefaultGroupRebalancePauseDispatch(true))
                        .addAddressSetting(
                                QueueNames.SEND, new AddressSettings().setMaxDeliveryAttempts(-1)));

        List<String> faults = faults(server, url);

        assertThat(faults)
                .hasSize(3)
                .anySatisfy(f -> assertThat(f).startsWith("persistence-enabled is false"))
                .anySatisfy(
                        f ->
                                assertThat(f)
                                        .startsWith(
                                                "address-full-policy is DROP and has to be PAGE")
                                        .endsWith(
                                                "at wa.in, wa.send, wa.commands, wa.out.any,"
                                                        + " wa.dlq.any"))
                .anySatisfy(
                        f ->
                                assertThat(f)
                                        .startsWith("max-delivery-attempts is 10 and has to be -1")
                                        .endsWith("at wa.in, wa.commands, wa.out.any, wa.dlq.any"));
    }

    @Test
    void aBrokerThatTellsNothingIsSaidOnceAndStopsNothing(CapturedOutput output) {
        try (var nobody = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + FreePorts.next())) {
            new ExternalBrokerCheck().log(nobody);
        }

        assertThat(output).containsOnlyOnce("The broker's settings could not be compared");
    }

    private List<String> faults(EmbeddedActiveMQ server, String url) throws Exception {
        server.start();
        try (var connections = new ActiveMQConnectionFactory(url)) {
            return new ExternalBrokerCheck().faults(connections);
        } finally {
            server.stop();
        }
    }

    private static ConfigurationImpl configuration(String url) throws Exception {
        var configuration = new ConfigurationImpl();
        configuration
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .addAcceptorConfiguration("for-the-test", url);
        return configuration;
    }
}
