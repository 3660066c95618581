package org.coexhub.delivery.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import jakarta.jms.BytesMessage;

import org.coexhub.delivery.deadletter.DeadLetters;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.lease.Lease;
import org.coexhub.platform.lease.LeaseStore;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.config.ScheduledTaskHolder;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;

/** Acts that take long, as an operator meets them. */
class OperationsTest extends HubTest {

    private static final String DESTINATION = "gathering";
    private static final String DISCARD = "/api/v1/dead-letters/discard";

    @Autowired private DeadLetters letters;
    @Autowired private LeaseStore leases;
    @Autowired private JdbcTemplate store;
    @Autowired private ThreadPoolTaskScheduler scheduler;
    @Autowired private List<ScheduledTaskHolder> tasks;

    @AfterEach
    void clear() throws Exception {
        ended(postJson(DISCARD, filter()));
    }

    @Test
    void aReplayThatIsRepeatedUnderItsKeyMovesNothingTwice() throws Exception {
        post(messages(text(customer, wamid(1), now(), "one")));
        nextIn("wa.out.gathering", 1);
        String order =
                "{'destination':'gathering','number':'%s','conversation':'%s'}"
                        .formatted(org.coexhub.testing.MetaBodies.NUMBER, conversation());

        JsonNode first = ended(keyed("/api/v1/replays", order));
        JsonNode again = ended(keyed("/api/v1/replays", order));

        assertThat(again).isEqualTo(first);
        assertThat(first.path("state").asText()).isEqualTo("done");
        assertThat(first.path("kind").asText()).isEqualTo("replay");
        assertThat(first.path("name").asText()).isEqualTo("gathering");
        assertThat(first.path("done").asInt()).isOne();
        assertThat(nextIn("wa.out.gathering", 1).getFirst().path("replay").asBoolean()).isTrue();
        assertThat(isEmptyFor("wa.out.gathering")).isTrue();
        assertThat(keyed("/api/v1/replays", "{'destination':'gathering'}").statusCode())
                .isEqualTo(409);
    }

    @Test
    void aThousandLettersAreDiscardedAndThoseThatCameLaterStay() throws Exception {
        park(1000, clock.millis());
        park(1, clock.millis() + 3_600_000);

        JsonNode done = ended(postJson(DISCARD, filter()));

        assertThat(done.path("state").asText()).isEqualTo("done");
        assertThat(done.path("matched").asInt()).isEqualTo(1000);
        assertThat(done.path("done").asInt()).isEqualTo(1000);
        assertThat(done.path("failed").asInt()).isZero();
        assertThat(mine()).hasSize(1);
        assertThat(letters.discard(DESTINATION, mine())).isOne();
    }

    @Test
    void aSecondOneOfTheDestinationWaitsForTheFirstWhichCanBeCancelled() throws Exception {
        park(100, clock.millis());
        // Somebody else goes round the queue.
        var turn = new Lease(leases, "letters:" + DESTINATION);
        assertThat(turn.take()).isPresent();
        HttpResponse<String> first = keyed(DISCARD, filter());
        JsonNode running = json.readTree(first.body());

        JsonNode refused =
                json.readTree(postJson("/api/v1/replays", "{'destination':'gathering'}").body());
        JsonNode same = json.readTree(keyed(DISCARD, filter()).body());
        assertThat(refused.path("status").asInt()).isEqualTo(409);
        assertThat(refused.path("operation").path("id")).isEqualTo(running.path("id"));
        assertThat(refused.path("detail").asText()).contains(running.path("id").asText());
        assertThat(same.path("id")).isEqualTo(running.path("id"));
        assertThat(
                        getJson("/api/v1/operations?state=running")
                                .path("operations")
                                .findValuesAsText("id"))
                .contains(running.path("id").asText());

        String cancel = "/api/v1/operations/" + running.path("id").asText() + "/cancel";
        JsonNode cancelled = json.readTree(postJson(cancel, "").body());
        turn.letGo();

        assertThat(cancelled.path("state").asText())
                .as("though somebody else still goes round")
                .isEqualTo("cancelled");
        assertThat(ended(first)).isEqualTo(cancelled);
        assertThat(cancelled.path("done").asInt()).isZero();
        assertThat(mine()).hasSize(100);
        assertThat(postJson(cancel, "").statusCode()).isEqualTo(200);
    }

    /** As where the journal or the store makes one of them wait: here the one that looks for ended takeovers. */
    @Test
    void aStepByTheClockThatHangsHoldsUpNoOther() throws Exception {
        try (Connection other = store.getDataSource().getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("LOCK TABLE conversation IN ACCESS EXCLUSIVE MODE");
            await().until(() -> waitForTheLock() > 0);
            park(3, clock.millis());
            String id = abandoned(3);

            // A connection gives up waiting after half a minute.
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> getJson("/api/v1/operations/" + id), OperationsTest::isDone);
            assertThat(waitForTheLock()).as("still").isPositive();
            other.rollback();
        }
        assertThat(scheduler.getScheduledThreadPoolExecutor().getCorePoolSize())
                .as("threads for the steps by the clock")
                .isGreaterThanOrEqualTo(
                        tasks.stream().mapToInt(t -> t.getScheduledTasks().size()).sum());
    }

    private static boolean isDone(JsonNode operation) {
        return operation.path("state").asText().equals("done");
    }

    private long waitForTheLock() {
        return store.queryForObject(
                "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND"
                        + " wait_event_type = 'Lock' AND query LIKE '%human_until%'",
                Long.class);
    }

    @Test
    void lettersThatADeadNodeHadMovedAreCountedByTheNext() throws Exception {
        park(30, clock.millis());
        letters.discard(DESTINATION, mine().subList(0, 5));

        JsonNode done = ended(abandoned(30));

        assertThat(done.path("matched").asInt()).isEqualTo(30);
        assertThat(done.path("done").asInt()).isEqualTo(30);
        assertThat(mine()).isEmpty();
    }

    /** An operation that nobody has in hand. */
    private String abandoned(int matched) {
        String id = "dead-" + customer;
        store.update("INSERT INTO operation_hold VALUES (?, ?)", DESTINATION, id);
        store.update(
                "INSERT INTO operation (id, kind, name, asked_by, request, state, matched, place,"
                        + " started_at) VALUES (?, ?, ?, 'api', ?, 'running', ?, 'counted', ?)",
                id,
                LetterAct.DISCARD,
                DESTINATION,
                filter().replace('\'', '"'),
                matched,
                clock.instant().atOffset(ZoneOffset.UTC));
        return id;
    }

    private JsonNode ended(String operation) {
        return await().until(
                        () -> getJson("/api/v1/operations/" + operation),
                        o -> !o.path("state").asText().equals("running"));
    }

    private HttpResponse<String> keyed(String path, String body) throws Exception {
        return send(
                authorized(path)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", "key-" + customer)
                        .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    private String filter() {
        return "{'destination':'%s','conversation':'%s'}".formatted(DESTINATION, conversation());
    }

    private List<String> mine() {
        return letters
                .matching(
                        DESTINATION,
                        letter -> conversation().equals(letter.conversation()),
                        Integer.MAX_VALUE)
                .stream()
                .map(DeadLetters.Letter::id)
                .toList();
    }

    private void park(int count, long parkedAt) {
        jms.execute(
                session -> {
                    var queue = session.createQueue(QueueNames.deadLetters(DESTINATION));
                    try (var producer = session.createProducer(queue)) {
                        for (int i = 0; i < count; i++) {
                            BytesMessage letter = session.createBytesMessage();
                            letter.writeBytes("{}".getBytes());
                            letter.setStringProperty("HubEventId", "message:" + wamid(i));
                            letter.setStringProperty("HubConversation", conversation());
                            letter.setStringProperty("HubReason", "HTTP 422");
                            letter.setLongProperty("HubParkedAt", parkedAt);
                            producer.send(letter);
                        }
                    }
                    return null;
                });
    }
}
