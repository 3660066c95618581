package org.coexhub.connector.chatwoot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.coexhub.testing.MetaBodies;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** One customer writes more in a minute than Chatwoot takes in one conversation; others write as well. */
class AFloodingCustomerRestsAloneTest {

    private static final int LIMIT = 80;

    /** More than the broker gives one consumer ahead, which is 64 KB. */
    private static final int FLOOD = LIMIT * 2;

    private static final int OTHERS = 24;
    private static final String FLOODING = "491701000000";

    private final AtomicReference<Instant> minute = new AtomicReference<>(Instant.now());

    @Test
    void othersGoOnAndHisOrderIsKept() throws Exception {
        try (var chatwoot = new FakeChatwoot(minute::get);
                var hub =
                        StartedHub.on(
                                HubFolder.fresh(),
                                "hub.chatwoot.url=" + chatwoot.url(),
                                "hub.chatwoot.api-token=" + FakeChatwoot.TOKEN,
                                "hub.chatwoot.account-id=" + FakeChatwoot.ACCOUNT,
                                "hub.chatwoot.inboxes=" + MetaBodies.NUMBER + ":3",
                                "hub.chatwoot.webhook-secret=" + FakeChatwoot.SECRET)) {
            chatwoot.limit(LIMIT);
            hub.post(flood());
            await().until(() -> of(chatwoot, "flood").size() == LIMIT);

            hub.post(others());
            await().until(() -> of(chatwoot, "other").size() == OTHERS);
            assertThat(of(chatwoot, "flood")).hasSize(LIMIT);
            assertThat(hub.get("/api/v1/destinations").body()).doesNotContain("\"open\"");

            await().until(
                            () -> {
                                minute.updateAndGet(now -> now.plusSeconds(61));
                                return of(chatwoot, "flood").size() == FLOOD;
                            });
            assertThat(of(chatwoot, "flood"))
                    .isEqualTo(IntStream.range(0, FLOOD).mapToObj(i -> "flood " + i).toList());
        }
    }

    private static List<String> of(FakeChatwoot chatwoot, String who) {
        return chatwoot.seen().stream()
                .map(message -> message.substring("incoming: ".length()))
                .filter(text -> text.startsWith(who))
                .toList();
    }

    private static byte[] flood() {
        long now = Instant.now().getEpochSecond();
        return MetaBodies.messages(
                IntStream.range(0, FLOOD)
                        .mapToObj(i -> MetaBodies.text(FLOODING, "wamid.f" + i, now, "flood " + i))
                        .toArray(String[]::new));
    }

    private static byte[] others() {
        long now = Instant.now().getEpochSecond();
        return MetaBodies.messages(
                IntStream.range(0, OTHERS)
                        .mapToObj(
                                i ->
                                        MetaBodies.text(
                                                "4917020000" + (10 + i),
                                                "wamid.o" + i,
                                                now,
                                                "other " + i))
                        .toArray(String[]::new));
    }
}
