package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.coexhub.testing.EventReceiver;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.WebhookBody;
import org.coexhub.testing.WebhookSender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * While one destination never answers and another holds its first events for as long as it likes, a healthy third gets all
 * of its own; and once they are well again, nothing is missing. How fast: {@code IsolationBenchmark}.
 */
@Tag("crash")
class DestinationIsolationTest {

    private static final int EVENTS = 400;
    private static final int CONVERSATIONS = 40;
    private static final String NUMBER = "106540352242922";
    private static final Duration LONGER_THAN_THE_TEST = Duration.ofMinutes(10);

    @TempDir Path folder;

    @Test
    void aHealthyDestinationGetsEverythingWhileOthersGiveNoAnswerAndNothingIsLost()
            throws Exception {
        try (var healthy = EventReceiver.healthy();
                var slow = EventReceiver.slow(LONGER_THAN_THE_TEST);
                var dead = EventReceiver.silent();
                var hub = HubProcess.in(folder).quick("256m")) {
            hub.destination("healthy", route("healthy", healthy, Duration.ofSeconds(2)))
                    .destination("slow", route("slow", slow, LONGER_THAN_THE_TEST))
                    .destination("dead", route("dead", dead, Duration.ofSeconds(2)))
                    .start();
            hub.awaitReady(Duration.ofMinutes(2));
            Set<String> sent = send(new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET));

            await().atMost(Duration.ofMinutes(2)).until(() -> firsts(healthy).equals(sent));

            assertThat(slow.arrivals()).as("answered by the slow one meanwhile").isEmpty();
            assertThat(dead.arrivals()).as("answered by the dead one meanwhile").isEmpty();
            slow.recover();
            dead.recover();
            for (EventReceiver sink : List.of(healthy, slow, dead)) {
                await().atMost(Duration.ofMinutes(3)).until(() -> firsts(sink).equals(sent));
                assertInOrder(sink);
            }
        }
    }

    private static String route(String name, EventReceiver sink, Duration timeout) {
        return sink.route(name, "\"whatsapp.message.*\"", timeout);
    }

    /** @return the ids of the events */
    private static Set<String> send(WebhookSender meta) throws IOException {
        var ids = new LinkedHashSet<String>();
        for (int n = 0; n < EVENTS; n++) {
            byte[] body =
                    new WebhookBody()
                            .message(
                                    NUMBER,
                                    "1555%07d".formatted(n % CONVERSATIONS),
                                    "wamid.%09d".formatted(n),
                                    1_760_000_000L + n,
                                    "hello " + n)
                            .bytes();
            assertThat(meta.send(body)).isEqualTo(200);
            ids.add("message:wamid.%09d".formatted(n));
        }
        return ids;
    }

    /** A delivery may come again when its answer was lost, so the first arrival of each event counts. */
    private static Set<String> firsts(EventReceiver sink) {
        var ids = new LinkedHashSet<String>();
        sink.arrivals().forEach(a -> ids.add(a.eventId()));
        return ids;
    }

    private static void assertInOrder(EventReceiver sink) {
        Map<String, String> last = new HashMap<>();
        var seen = new LinkedHashSet<String>();
        for (var arrival : sink.arrivals()) {
            if (seen.add(arrival.eventId())) {
                String before = last.put(arrival.conversation(), arrival.eventId());
                assertThat(before == null || before.compareTo(arrival.eventId()) < 0)
                        .as("%s behind %s", arrival.eventId(), before)
                        .isTrue();
            }
        }
    }
}
