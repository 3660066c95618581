package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.coexhub.crash.CommandSubmitter.Wanted;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.QueueReader;
import org.coexhub.testing.WebhookBody;
import org.coexhub.testing.WebhookSender;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** Customers who write first, so that the hub may answer them with free text. */
final class CustomersWriteFirst {

    private CustomersWriteFirst() {}

    /** Returns when everyone who shall get a message has a window. */
    static void open(HubProcess hub, Collection<Wanted> wanted) throws Exception {
        var http = new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET);
        long now = Instant.now().getEpochSecond();
        Set<String> written = new LinkedHashSet<>();
        for (Wanted message : wanted) {
            if (written.add(message.number() + " " + message.to())) {
                String wamid = "wamid.first." + message.number() + "." + message.to();
                byte[] body =
                        new WebhookBody()
                                .message(message.number(), message.to(), wamid, now, "hello")
                                .bytes();
                assertThat(http.send(body)).isEqualTo(200);
            }
        }
        try (var reader = new QueueReader(hub.brokerUrl())) {
            await().atMost(Duration.ofMinutes(1)).until(() -> reader.depth("wa.in") == 0);
        }
    }
}
