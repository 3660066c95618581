package org.coexhub.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.history;
import static org.coexhub.testing.MetaBodies.imported;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.messagesOf;
import static org.coexhub.testing.MetaBodies.status;
import static org.coexhub.testing.MetaBodies.statuses;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import jakarta.jms.Message;

import org.apache.camel.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The route files as they are shipped, from a webhook to each destination. */
class ShippedRoutesTest extends HubTest {

    @Autowired private jakarta.jms.ConnectionFactory connections;

    @Test
    void everyRouteOfTheFolderRunsUnderItsName() {
        assertThat(camel.getRoutes())
                .extracting(Route::getId)
                .contains(
                        "webhook",
                        "events-live",
                        "events-history",
                        "event-router",
                        "send",
                        "send-call",
                        "send-sweep",
                        "commands-jms",
                        "destination-chatbot",
                        "destination-webhook",
                        "destination-queue");
    }

    /** Camel's timer goes by the machine's clock, and stands still for as long as that is set back. */
    @Test
    void whatComesByTheClockDoesNotStopWhenTheClockIsSetBack() {
        assertThat(camel.getRoutes())
                .extracting(route -> route.getEndpoint().getEndpointUri())
                .anyMatch(uri -> uri.startsWith("scheduler:"))
                .noneMatch(uri -> uri.startsWith("timer:"));
    }

    @Test
    void aWebhookBecomesAnEventInTheQueueOfEachDestinationThatWantsIt() throws Exception {
        assertThat(
                        post(
                                messagesOf(
                                        customer,
                                        "DE." + customer,
                                        "Ana",
                                        text(customer, wamid(1), now(), "hola ñ 😀"))))
                .isEqualTo(200);

        Message message =
                jms.receiveSelected("wa.out.gathering", "HubEventId = 'message:" + wamid(1) + "'");
        JsonNode event = event(message);
        assertThat(event.path("type").asText()).isEqualTo("whatsapp.message.received");
        assertThat(event.path("data").path("text").asText()).isEqualTo("hola ñ 😀");
        assertThat(event.path("data").path("conversation").path("window").path("open").asBoolean())
                .isTrue();
        assertThat(event.path("data").path("conversation").path("bot").path("on").asBoolean())
                .isTrue();
        assertThat(event.path("data").path("conversation").path("customer").path("name").asText())
                .isEqualTo("Ana");
        assertThat(message.getStringProperty("HubEventType"))
                .isEqualTo("whatsapp.message.received");
        assertThat(message.getStringProperty("HubOrigin")).isEqualTo("customer");
        assertThat(message.getStringProperty("JMSXGroupID"))
                .isEqualTo(event.path("subject").asText());
    }

    @Test
    void historyGoesItsOwnWayAndAsksNoBot() throws Exception {
        post(history(customer, imported(customer, wamid(1), now() - 90_000, "from before")));

        JsonNode event = nextIn("wa.out.gathering.history", 1).getFirst();
        assertThat(event.path("type").asText()).isEqualTo("whatsapp.message.imported");
        post(messages(text(customer, wamid(2), now(), "and now")));
        await().until(() -> !HTTP.requests("/bot", customer).isEmpty());
        assertThat(HTTP.requests("/bot", wamid(1) + "\"")).hasSize(0);
    }

    @Test
    void liveTrafficPassesHistoryThatIsStillBeingDelivered() throws Exception {
        var live = new CountDownLatch(1);
        HTTP.always(
                "/past",
                exchange -> {
                    if (HttpSink.bodyOf(exchange).contains("message.imported")) {
                        try {
                            live.await(30, TimeUnit.SECONDS);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                    HttpSink.status(200).to(exchange);
                });
        try {
            post(
                    history(
                            customer,
                            imported(customer, wamid(1), now() - 90_000, "one"),
                            imported(customer, wamid(2), now() - 80_000, "two")));
            await().until(() -> HTTP.requests("/past", wamid(1)).size() == 1);

            post(messages(text(customer, wamid(3), now(), "and now")));

            await().atMost(Duration.ofSeconds(40))
                    .until(() -> HTTP.requests("/past", wamid(3)).size() == 1);
            assertThat(HTTP.requests("/past", "\"message:" + wamid(2))).isEmpty();
        } finally {
            live.countDown();
        }
        await().until(() -> HTTP.requests("/past", "\"message:" + wamid(2)).size() == 1);
        HTTP.usual("/past");
    }

    @Test
    void theSameMessageByEveryWayEntersEachQueueOnce() throws Exception {
        byte[] body = messages(text(customer, wamid(1), now(), "one"));
        post(body);
        post(body);
        await().until(() -> jms.browse("wa.in", (s, b) -> !b.getEnumeration().hasMoreElements()));
        post(history(customer, imported(customer, wamid(1), now(), "one")));
        post(echoes(echo(customer, wamid(1), now(), "one")));
        post(messages(text(customer, wamid("last"), now(), "end")));

        List<JsonNode> events = nextIn("wa.out.gathering", 2);

        assertThat(events)
                .extracting(e -> e.path("id").asText())
                .containsExactly("message:" + wamid(1), "message:" + wamid("last"));
        await().until(
                        () ->
                                jms.browse(
                                        "wa.history",
                                        (s, b) -> !b.getEnumeration().hasMoreElements()));
        assertThat(isEmptyFor("wa.out.gathering")).isTrue();
    }

    @Test
    void theReceiverOfWebhooksGetsSignedCloudEventsInOrder() throws Exception {
        HTTP.then("/receiver", HttpSink.status(503));
        for (int i = 0; i < 5; i++) {
            post(messages(text(customer, wamid(i), now() + i, "n" + i)));
        }

        await().until(() -> HTTP.requests("/receiver", customer).size() == 6);
        var requests = HTTP.requests("/receiver", customer);
        assertThat(requests)
                .extracting(r -> json.readTree(r.body()).path("id").asText())
                .containsExactly(
                        "message:" + wamid(0),
                        "message:" + wamid(0),
                        "message:" + wamid(1),
                        "message:" + wamid(2),
                        "message:" + wamid(3),
                        "message:" + wamid(4));
        List<String> ids = requests.stream().map(r -> r.headers().get("webhook-id")).toList();
        assertThat(ids).allSatisfy(id -> assertThat(id).matches("evt_[A-Za-z0-9_-]{43}"));
        assertThat(ids.get(1)).isEqualTo(ids.getFirst());
        assertThat(ids.stream().distinct()).hasSize(5);
        assertThat(requests)
                .allSatisfy(
                        r -> {
                            assertThat(r.headers().get("content-type"))
                                    .startsWith("application/cloudevents+json");
                            assertThat(r.headers().get("webhook-signature")).startsWith("v1,");
                            assertThat(r.headers().keySet())
                                    .noneMatch(name -> name.toLowerCase().startsWith("hub"));
                        });
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 403, 404})
    void aReceiverThatTurnsEverythingAwayLosesNothing(int status) throws Exception {
        HTTP.then("/receiver", HttpSink.status(status));
        post(messages(text(customer, wamid(1), now(), "n1")));
        post(messages(text(customer, wamid(2), now(), "n2")));

        await().until(() -> HTTP.requests("/receiver", customer).size() == 3);
        assertThat(received()).containsExactly(wamid(1), wamid(1), wamid(2));
    }

    @Test
    void aReceiverThatIsGonePausesItsDestinationUntilSomebodyResumesIt() throws Exception {
        HTTP.then("/receiver", HttpSink.status(410));
        post(messages(text(customer, wamid(1), now(), "n1")));

        await().until(() -> webhook().path("circuit").asText().equals("paused"));
        post(messages(text(customer, wamid(2), now(), "n2")));
        await().until(() -> webhook().path("queued").asInt() >= 2);
        assertThat(webhook().path("lastError").asText()).isEqualTo("HTTP 410");
        assertThat(received()).containsExactly(wamid(1));

        postJson("/api/v1/destinations/webhook/resume", "");

        await().until(() -> HTTP.requests("/receiver", customer).size() == 3);
        assertThat(received()).containsExactly(wamid(1), wamid(1), wamid(2));
    }

    private JsonNode webhook() throws Exception {
        return getJson("/api/v1/destinations/webhook");
    }

    private List<String> received() throws Exception {
        var ids = new ArrayList<String>();
        for (HttpSink.Request request : HTTP.requests("/receiver", customer)) {
            ids.add(
                    json.readTree(request.body())
                            .path("id")
                            .asText()
                            .substring("message:".length()));
        }
        return ids;
    }

    @Test
    void aDurableSubscriberOfTheTopicGetsEachEventOnceWithItsProperties() throws Exception {
        try (var connection = connections.createConnection();
                var session =
                        connection.createSession(false, jakarta.jms.Session.AUTO_ACKNOWLEDGE);
                var subscriber =
                        session.createSharedDurableConsumer(
                                session.createTopic("wa.events"),
                                "test-" + customer,
                                "type LIKE 'whatsapp.message.%'")) {
            connection.start();
            post(messages(text(customer, wamid(1), now(), "one")));
            post(statuses(status(customer, wamid(9), now(), "delivered")));
            post(messages(text(customer, wamid(2), now(), "two")));

            Message first = ofThisCustomer(subscriber);
            Message second = ofThisCustomer(subscriber);
            Message third = ofThisCustomer(subscriber);

            assertThat(List.of(event(first), event(second), event(third)))
                    .extracting(e -> e.path("id").asText())
                    .containsExactly(
                            "message:" + wamid(1),
                            "status:" + wamid(9) + ":delivered",
                            "message:" + wamid(2));
            assertThat(first.getStringProperty("type")).isEqualTo("whatsapp.message.received");
            assertThat(first.getStringProperty("origin")).isEqualTo("customer");
            assertThat(first.getStringProperty("phonenumberid")).isEqualTo("700100200300");
            assertThat(first.getStringProperty("JMSXGroupID")).isEqualTo(conversation());
        }
    }

    private Message ofThisCustomer(jakarta.jms.MessageConsumer subscriber) throws Exception {
        while (true) {
            Message message = subscriber.receive(10_000);
            assertThat(message).as("an event of this conversation").isNotNull();
            if (conversation().equals(message.getStringProperty("HubConversation"))) {
                return message;
            }
        }
    }
}
