package org.coexhub.platform.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientRequestor;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.management.ManagementHelper;
import org.apache.activemq.artemis.api.core.management.ResourceNames;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares the settings of an external broker with those that the hub's promises rest on, once at the start, and says in the
 * log what differs. It refuses nothing: the broker's owner may have a reason, and webhooks wait.
 */
final class ExternalBrokerCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ExternalBrokerCheck.class);

    private static final String MANAGEMENT = "activemq.management";
    private static final int PATIENCE_MILLIS = 5000;

    /** One of each kind; settings are by address, and each may have its own. */
    private static final List<String> ADDRESSES =
            List.of(
                    QueueNames.IN,
                    QueueNames.SEND,
                    QueueNames.COMMANDS,
                    QueueNames.out("any"),
                    QueueNames.deadLetters("any"));

    private static final List<Need> NEEDS =
            List.of(
                    new Need(
                            "address-full-policy",
                            "addressFullMessagePolicy",
                            "PAGE",
                            "PAGE",
                            "a full queue loses events or stops everybody"),
                    new Need(
                            "max-delivery-attempts",
                            "maxDeliveryAttempts",
                            "10",
                            "-1",
                            "the broker takes away what a destination that is down has not got"),
                    new Need(
                            "redelivery-delay",
                            "redeliveryDelay",
                            "0",
                            "0",
                            "later messages of a conversation pass earlier ones"),
                    new Need(
                            "expiry-delay",
                            "expiryDelay",
                            "-1",
                            "-1",
                            "what waits long is taken away"),
                    new Need(
                            "auto-delete-queues",
                            "autoDeleteQueues",
                            "true",
                            "false",
                            "a queue goes when it is empty, and its groups with it"),
                    new Need(
                            "auto-delete-addresses",
                            "autoDeleteAddresses",
                            "true",
                            "false",
                            "a queue goes when it is empty, and its groups with it"),
                    new Need(
                            "auto-create-queues",
                            "autoCreateQueues",
                            "true",
                            "false",
                            "a program makes the hub's queues before the hub, and not as they have"
                                    + " to be"),
                    new Need(
                            "default-group-rebalance",
                            "defaultGroupRebalance",
                            "false",
                            "true",
                            "a node that joins gets no share"),
                    new Need(
                            "default-group-rebalance-pause-dispatch",
                            "defaultGroupRebalancePauseDispatch",
                            "false",
                            "true",
                            "the order of a conversation breaks when a node joins"));

    private final ObjectMapper json = new ObjectMapper();

    /**
     * A setting that has to be as it is written.
     *
     * @param key in the broker's answer, which leaves out what is not set
     * @param unset what counts then
     * @param otherwise what happens with another value
     */
    private record Need(String setting, String key, String unset, String value, String otherwise) {

        boolean isMetBy(JsonNode settings) {
            return value.equals(given(settings));
        }

        String given(JsonNode settings) {
            return settings.path(key).asText(unset);
        }
    }

    /** Says in the log what differs; a broker that is away or tells nothing is said as well, and nothing is thrown. */
    void log(ActiveMQConnectionFactory connections) {
        try {
            for (String fault : faults(connections)) {
                LOG.warn(
                        "The broker's settings break what the hub promises: {} (see"
                                + " docs/how-to/move-to-postgresql-and-an-external-broker.md)",
                        fault);
            }
        } catch (Exception untold) {
            LOG.info(
                    "The broker's settings could not be compared with what the hub needs (its user"
                            + " needs the right to manage {}): {}",
                    MANAGEMENT,
                    untold.getMessage());
        }
    }

    /** One line each, with the value that is needed and what happens otherwise; none where all is well. */
    List<String> faults(ActiveMQConnectionFactory connections) throws Exception {
        try (var factory = connections.getServerLocator().createSessionFactory();
                ClientSession session =
                        factory.createSession(
                                connections.getUser(),
                                connections.getPassword(),
                                false,
                                true,
                                true,
                                false,
                                1)) {
            session.start();
            // Closed with its session.
            var requestor = new ClientRequestor(session, MANAGEMENT);
            var faults = new ArrayList<String>();
            flags(session, requestor, faults);
            addresses(session, requestor, faults);
            return faults;
        }
    }

    private static void flags(ClientSession session, ClientRequestor requestor, List<String> faults)
            throws Exception {
        var needed = new LinkedHashMap<String, String>();
        needed.put("persistenceEnabled", "persistence-enabled");
        needed.put("journalSyncTransactional", "journal-sync-transactional");
        for (var flag : needed.entrySet()) {
            ClientMessage question = session.createMessage(false);
            ManagementHelper.putAttribute(question, ResourceNames.BROKER, flag.getKey());
            if (Boolean.FALSE.equals(answer(requestor, question))) {
                faults.add(
                        flag.getValue()
                                + " is false and has to be true: what the hub has acknowledged is"
                                + " gone with the broker's process or machine");
            }
        }
    }

    private void addresses(ClientSession session, ClientRequestor requestor, List<String> faults)
            throws Exception {
        Map<String, List<String>> wrong = new LinkedHashMap<>();
        for (String address : ADDRESSES) {
            JsonNode settings = settings(session, requestor, address);
            for (Need need : NEEDS) {
                if (!need.isMetBy(settings)) {
                    String fault =
                            "%s is %s and has to be %s: %s"
                                    .formatted(
                                            need.setting,
                                            need.given(settings),
                                            need.value,
                                            need.otherwise);
                    wrong.computeIfAbsent(fault, f -> new ArrayList<>()).add(address);
                }
            }
        }
        wrong.forEach((fault, where) -> faults.add(fault + ", at " + String.join(", ", where)));
    }

    private JsonNode settings(ClientSession session, ClientRequestor requestor, String address)
            throws Exception {
        ClientMessage question = session.createMessage(false);
        ManagementHelper.putOperationInvocation(
                question, ResourceNames.BROKER, "getAddressSettingsAsJSON", address);
        try {
            return json.readTree(String.valueOf(answer(requestor, question)));
        } catch (JsonProcessingException foreign) {
            throw new IllegalStateException("the broker's answer is not JSON", foreign);
        }
    }

    private static Object answer(ClientRequestor requestor, ClientMessage question)
            throws Exception {
        ClientMessage answer = requestor.request(question, PATIENCE_MILLIS);
        if (answer == null || !ManagementHelper.hasOperationSucceeded(answer)) {
            throw new IllegalStateException("the broker does not tell its settings");
        }
        return ManagementHelper.getResult(answer);
    }
}
