package org.coexhub.delivery.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.routes.HttpSink.cut;
import static org.coexhub.routes.HttpSink.status;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import jakarta.jms.Message;

import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubTest;
import org.coexhub.testing.Beside;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jms.core.JmsTemplate;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The table of failures in the architecture, tried on routes over real HTTP. */
class FailurePolicyTest extends HubTest {

    private static final List<String> PATHS =
            List.of("/crm", "/batched", "/forwarding", "/forwarding-batches");

    @AfterEach
    void mend() throws Exception {
        PATHS.forEach(HTTP::usual);
        for (String path : PATHS) {
            postJson("/api/v1/destinations" + path + "/resume", "");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504})
    void anAnswerThatSaysLaterIsFollowedByAnotherTryInPlace(int status) throws Exception {
        HTTP.then("/crm", status(status));

        say(1, 2);

        await().until(() -> delivered("/crm", 2));
        assertThat(textsAt("/crm")).containsExactly("n1", "n1", "n2");
        assertThat(deadLetters("crm")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 409, 410, 413, 422})
    void anAnswerThatSaysNoSendsTheEventToTheDeadLettersAndTheConversationGoesOn(int status)
            throws Exception {
        HTTP.then("/crm", status(status));

        say(1, 2);

        await().until(() -> delivered("/crm", 2));
        assertThat(textsAt("/crm")).containsExactly("n1", "n2");
        JsonNode letter = deadLetters("crm").getFirst();
        assertThat(letter.path("eventId").asText()).isEqualTo("message:" + wamid(1));
        assertThat(letter.path("status").asInt()).isEqualTo(status);
        assertThat(letter.path("reason").asText()).isEqualTo("HTTP " + status);
        assertThat(letter.path("attempts").asInt()).isOne();
        assertThat(letter.path("conversation").asText()).isEqualTo(conversation());
    }

    @Test
    void noAnswerInTimeAndACutConnectionAreTriedAgain() throws Exception {
        var release = new CountDownLatch(1);
        HTTP.then(
                "/crm",
                cut(),
                exchange -> {
                    try {
                        release.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    exchange.close();
                });

        say(1, 2);

        await().until(() -> delivered("/crm", 2));
        release.countDown();
        assertThat(textsAt("/crm")).containsExactly("n1", "n1", "n1", "n2");
    }

    @Test
    void aDestinationThatStaysDownIsPausedAndProbedAndNothingIsLostOrReordered() throws Exception {
        HTTP.always("/crm", status(503));
        say(IntStream.rangeClosed(1, 6).toArray());
        await().until(() -> circuit("crm").path("circuit").asText().equals("open"));
        JsonNode open = circuit("crm");
        assertThat(open.path("lastError").asText()).isEqualTo("HTTP 503");
        assertThat(open.path("queued").asInt()).isGreaterThanOrEqualTo(6);
        assertThat(open.path("probeAt").isNull()).isFalse();
        assertThat(HTTP.requests("/crm", wamid(2))).isEmpty();

        HTTP.usual("/crm");
        await().until(
                        () -> {
                            clock.advance(Duration.ofMinutes(5));
                            return delivered("/crm", 6);
                        });

        assertThat(textsAt("/crm").stream().distinct())
                .containsExactly("n1", "n2", "n3", "n4", "n5", "n6");
        assertThat(deadLetters("crm")).isEmpty();
        await().until(() -> circuit("crm").path("circuit").asText().equals("closed"));
    }

    @Test
    void aDestinationThatAsksForTimeGetsIt() throws Exception {
        HTTP.then("/crm", status(429, "Retry-After", "200"));
        Instant before = clock.instant();
        say(1);
        await().until(() -> circuit("crm").path("circuit").asText().equals("open"));
        assertThat(Instant.parse(circuit("crm").path("probeAt").asText()))
                .isBetween(before.plusSeconds(200), clock.instant().plusSeconds(200));
        assertThat(textsAt("/crm")).containsExactly("n1");

        clock.advance(Duration.ofSeconds(200));

        await().until(() -> textsAt("/crm").equals(List.of("n1", "n1")));
    }

    @Test
    void anEventThatCannotBeMappedIsParkedWithTheReason() throws Exception {
        post(
                messages(
                        text(customer, wamid("unmappable"), now(), "x"),
                        text(customer, wamid(2), now(), "y")));

        await().until(() -> !deadLetters("mapped").isEmpty());
        JsonNode letter = deadLetters("mapped").getFirst();
        assertThat(letter.path("reason").asText())
                .isEqualTo("IllegalArgumentException: no such field");
        assertThat(letter.path("status").isNull()).isTrue();
        postJson("/api/v1/dead-letters/" + letter.path("id").asText() + "/discard", "");
        assertThat(deadLetters("mapped")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/crm", "/batched"})
    void anEventThatFailsWhileOthersAreTakenIsParkedAndItsConversationGoesOn(String path)
            throws Exception {
        String name = path.substring(1);
        HTTP.always(path, answering(500, "n1"));
        say(1, 2);
        var others = new AtomicInteger();
        await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> {
                            clock.advance(Duration.ofSeconds(30));
                            String other = customer + "0" + others.incrementAndGet();
                            post(messages(text(other, "wamid." + other, now(), "other")));
                            return !deadLetters(name).isEmpty();
                        });

        await().until(() -> delivered(path, 2));
        JsonNode letter = deadLetters(name).getFirst();
        assertThat(letter.path("eventId").asText()).isEqualTo("message:" + wamid(1));
        assertThat(letter.path("reason").asText())
                .isEqualTo("HTTP 500, while the destination took other events");
        assertThat(letter.path("status").asInt()).isEqualTo(500);
        assertThat(letter.path("attempts").asInt()).isGreaterThanOrEqualTo(10);
        assertThat(deadLetters(name)).hasSize(1);
    }

    @Test
    void anOperatorPausesAndResumesADestination() throws Exception {
        assertThat(postJson("/api/v1/destinations/crm/pause", "").statusCode()).isEqualTo(200);
        say(1, 2);
        await().until(() -> circuit("crm").path("queued").asInt() >= 2);
        assertThat(circuit("crm").path("circuit").asText()).isEqualTo("paused");
        assertThat(textsAt("/crm")).isEmpty();

        postJson("/api/v1/destinations/crm/resume", "");

        await().until(() -> delivered("/crm", 2));
        assertThat(postJson("/api/v1/destinations/nobody/pause", "").statusCode()).isEqualTo(404);
    }

    @Test
    void theCountersAddUp() throws Exception {
        await().until(() -> circuit("crm").path("queued").asInt() == 0);
        JsonNode before = circuit("crm");
        HTTP.then("/crm", status(500), status(400));
        say(1, 2, 3);
        await().until(() -> delivered("/crm", 3) && circuit("crm").path("queued").asInt() == 0);

        JsonNode after = circuit("crm");
        assertThat(after.path("routed").asLong() - before.path("routed").asLong()).isEqualTo(3);
        assertThat(after.path("deadLettered").asLong() - before.path("deadLettered").asLong())
                .isEqualTo(1);
        assertThat(after.path("delivered").asLong() - before.path("delivered").asLong())
                .isEqualTo(2);
    }

    @Test
    void aReplayedLetterComesOnceHoweverManyAskForIt() throws Exception {
        HTTP.then("/crm", status(422));
        say(1);
        await().until(() -> !deadLetters("crm").isEmpty());
        String replay =
                "/api/v1/dead-letters/"
                        + deadLetters("crm").getFirst().path("id").asText()
                        + "/replay";

        List<CompletableFuture<Integer>> asked = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            asked.add(Beside.call(() -> postJson(replay, "").statusCode()));
        }

        assertThat(asked.stream().map(CompletableFuture::join).toList())
                .containsExactlyInAnyOrder(200, 404, 404, 404);
        say(2);
        await().until(() -> delivered("/crm", 2));
        assertThat(textsAt("/crm")).containsExactly("n1", "n1", "n2");
        assertThat(deadLetters("crm")).isEmpty();
    }

    @Test
    void manyLettersAreReplayedOrDiscardedByAFilterAfterADryRun() throws Exception {
        HTTP.then("/crm", status(400), status(404), status(404));
        say(1, 2, 3, 4);
        await().until(() -> delivered("/crm", 4));
        String of404 =
                "{'destination':'crm','reason':'404','conversation':'" + conversation() + "'}";

        JsonNode dry =
                json.readTree(postJson("/api/v1/dead-letters/replay?dryRun=true", of404).body());
        assertThat(dry.path("matched").asInt()).isEqualTo(2);
        assertThat(dry.path("done").asInt()).isZero();
        assertThat(deadLetters("crm")).hasSize(3);

        JsonNode done = ended(postJson("/api/v1/dead-letters/replay", of404));
        assertThat(done.path("done").asInt()).isEqualTo(2);
        await().until(() -> textsAt("/crm").size() == 6);
        assertThat(textsAt("/crm")).containsExactly("n1", "n2", "n3", "n4", "n2", "n3");

        JsonNode dropped =
                ended(
                        postJson(
                                "/api/v1/dead-letters/discard",
                                "{'conversation':'" + conversation() + "'}"));
        assertThat(dropped.path("done").asInt()).isOne();
        assertThat(deadLetters("crm")).isEmpty();
    }

    @Test
    void eventsThatWaitAreDeliveredTogetherWhereTheDestinationTakesThemSo() throws Exception {
        postJson("/api/v1/destinations/batched/pause", "");
        say(1, 2, 3, 4, 5, 6, 7);
        postJson("/api/v1/destinations/batched/resume", "");

        await().until(() -> textsAt("/batched").size() == 7);
        assertThat(textsAt("/batched")).containsExactly("n1", "n2", "n3", "n4", "n5", "n6", "n7");
        List<Integer> sizes = new ArrayList<>();
        for (HttpSink.Request request : HTTP.requests("/batched", customer)) {
            sizes.add(json.readTree(request.body()).size());
        }
        assertThat(sizes).allMatch(size -> size <= 5).anyMatch(size -> size > 1);
    }

    @Test
    void oneBadEventOfABatchIsParkedAloneAndItsNeighboursGoOn() throws Exception {
        HTTP.always("/batched", refusing("n3"));
        postJson("/api/v1/destinations/batched/pause", "");
        say(1, 2, 3, 4, 5, 6);
        postJson("/api/v1/destinations/batched/resume", "");

        await().until(
                        () ->
                                deadLetters("batched").size() == 1
                                        && textsAt("/batched").contains("n6"));
        assertThat(deadLetters("batched").getFirst().path("eventId").asText())
                .isEqualTo("message:" + wamid(3));
    }

    @Test
    void whatARouteSentToAQueueBeforeItFailedIsNotSentTwice() throws Exception {
        HTTP.then("/forwarding", status(503), cut(), status(500));

        say(1, 2);

        await().until(() -> delivered("/forwarding", 2));
        await().until(() -> circuit("forwarding").path("queued").asInt() == 0);
        assertThat(textsAt("/forwarding")).containsExactly("n1", "n1", "n1", "n1", "n2");
        assertThat(copies("forwarding"))
                .containsExactly("message:" + wamid(1), "message:" + wamid(2));
    }

    @Test
    void whatARouteSentBeforeItFailedForGoodDoesNotLeaveWithTheDeadLetter() throws Exception {
        HTTP.then("/forwarding", status(400));

        say(1, 2);

        await().until(() -> delivered("/forwarding", 2));
        await().until(() -> circuit("forwarding").path("queued").asInt() == 0);
        assertThat(copies("forwarding")).containsExactly("message:" + wamid(2));
        assertThat(deadLetters("forwarding")).hasSize(1);
    }

    @Test
    void aBatchThatSentBeforeItFailedForGoodIsTakenApartAndSentOnce() throws Exception {
        HTTP.always("/forwarding-batches", refusing("n3"));
        postJson("/api/v1/destinations/forwarding-batches/pause", "");
        say(1, 2, 3, 4, 5);
        postJson("/api/v1/destinations/forwarding-batches/resume", "");

        await().until(
                        () ->
                                textsAt("/forwarding-batches").contains("n5")
                                        && circuit("forwarding-batches").path("queued").asInt()
                                                == 0);
        assertThat(copies("forwarding-batches"))
                .containsExactly(
                        "message:" + wamid(1),
                        "message:" + wamid(2),
                        "message:" + wamid(4),
                        "message:" + wamid(5));
        assertThat(deadLetters("forwarding-batches")).hasSize(1);
    }

    @Test
    void aBatchWhoseIdsAreTooLongForAHeaderIsPassedOnToAQueueWithoutThem() throws Exception {
        int events = 1500;
        postJson("/api/v1/destinations/gathered/pause", "");
        var transacted = new JmsTemplate(jms.getConnectionFactory());
        transacted.setSessionTransacted(true);
        transacted.execute(
                "wa.out.gathered",
                (session, producer) -> {
                    for (int n = 0; n < events; n++) {
                        var message = session.createBytesMessage();
                        message.writeBytes(("{\"n\":" + n + "}").getBytes(StandardCharsets.UTF_8));
                        message.setStringProperty(
                                "HubEventId", "message:wamid." + "%070d".formatted(n));
                        producer.send(message);
                    }
                    session.commit();
                    return null;
                });
        postJson("/api/v1/destinations/gathered/resume", "");

        int arrived = 0;
        while (arrived < events) {
            Message batch = jms.receive("wa.out.copies-gathered");
            assertThat(batch).as("after %d events", arrived).isNotNull();
            JsonNode array = json.readTree(bytes(batch));
            for (JsonNode event : array) {
                assertThat(event.path("n").asInt()).isEqualTo(arrived++);
            }
            assertThat(batch.getStringProperty("HubEventId") == null)
                    .isEqualTo(array.size() * 84 > 16 * 1024);
        }
    }

    /** The customer writes n1, n2, … each in a webhook of its own. */
    private void say(int... numbers) throws Exception {
        for (int n : numbers) {
            assertThat(post(messages(text(customer, wamid(n), now(), "n" + n)))).isEqualTo(200);
        }
    }

    private boolean delivered(String path, int last) throws Exception {
        return textsAt(path).contains("n" + last)
                && circuit(path.substring(1)).path("queued").asInt() == 0;
    }

    /** What the customer wrote, in the order it reached the receiver, failed attempts included. */
    private List<String> textsAt(String path) throws Exception {
        List<String> texts = new ArrayList<>();
        for (HttpSink.Request request : HTTP.requests(path, customer)) {
            JsonNode body = json.readTree(request.body());
            if (body.isArray()) {
                body.forEach(event -> texts.add(event.path("data").path("text").asText()));
            } else {
                texts.add(body.path("data").path("text").asText());
            }
        }
        return texts;
    }

    private JsonNode circuit(String destination) throws Exception {
        return getJson("/api/v1/destinations/" + destination);
    }

    private List<JsonNode> deadLetters(String destination) throws Exception {
        List<JsonNode> mine = new ArrayList<>();
        for (JsonNode letter :
                getJson("/api/v1/dead-letters?destination=" + destination).path("deadLetters")) {
            if (letter.path("conversation").asText().equals(conversation())) {
                mine.add(letter);
            }
        }
        return mine;
    }

    /** Ids of this customer's events in the queue that a forwarding route sends to. */
    private List<String> copies(String destination) throws Exception {
        List<String> ids = new ArrayList<>();
        jms.setReceiveTimeout(500);
        String mine = "HubEventId LIKE '%." + customer + ".%'";
        Message copy = jms.receiveSelected("wa.out.copies-" + destination, mine);
        while (copy != null) {
            ids.addAll(List.of(copy.getStringProperty("HubEventId").split(",")));
            copy = jms.receiveSelected("wa.out.copies-" + destination, mine);
        }
        return ids;
    }

    private HttpSink.Answer refusing(String words) {
        return answering(400, words);
    }

    /** The status for every body with this customer's words in it, 200 for the others. */
    private HttpSink.Answer answering(int status, String words) {
        return exchange -> {
            JsonNode body = json.readTree(HttpSink.bodyOf(exchange));
            boolean bad = false;
            for (JsonNode event : body.isArray() ? body : List.of(body)) {
                bad |=
                        event.path("data").path("text").asText().equals(words)
                                && event.path("subject").asText().equals(conversation());
            }
            exchange.sendResponseHeaders(bad ? status : 200, -1);
            exchange.close();
        };
    }
}
