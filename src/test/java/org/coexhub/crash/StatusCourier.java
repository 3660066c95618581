package org.coexhub.crash;

import org.coexhub.crash.HostileGraph.Arrival;
import org.coexhub.testing.WebhookSender;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Meta telling the hub what was sent: in batches, again until it is acknowledged; of some messages it never tells. */
final class StatusCourier implements Runnable {

    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final int BATCH = 100;
    private static final int FORGETS_ONE_OF = 20;

    private final WebhookSender http;
    private final BlockingQueue<Arrival> untold = new LinkedBlockingQueue<>();

    StatusCourier(WebhookSender http) {
        this.http = http;
    }

    void tell(Arrival taken) {
        if (Math.floorMod(taken.wamid().hashCode(), FORGETS_ONE_OF) != 0) {
            untold.add(taken);
        }
    }

    boolean isDone() {
        return untold.isEmpty();
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                List<Arrival> batch = new ArrayList<>();
                batch.add(untold.take());
                LockSupport.parkNanos(AGAIN.toNanos());
                untold.drainTo(batch, BATCH);
                byte[] body = body(batch);
                while (!acknowledged(body) && !Thread.currentThread().isInterrupted()) {
                    LockSupport.parkNanos(AGAIN.toNanos());
                }
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean acknowledged(byte[] body) {
        try {
            return http.send(body) == 200;
        } catch (IOException dead) {
            return false;
        }
    }

    private static byte[] body(List<Arrival> batch) {
        return batch.stream()
                .map(StatusCourier::change)
                .collect(
                        Collectors.joining(
                                ",",
                                "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"1\",\"changes\":[",
                                "]}]}"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String change(Arrival taken) {
        return """
        {"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"1",\
        "phone_number_id":"%s"},"statuses":[{"id":"%s","status":"sent","timestamp":"%d","recipient_id":"%s",\
        "biz_opaque_callback_data":"%s"}]}}\
        """
                .formatted(
                        taken.number(),
                        taken.wamid(),
                        System.currentTimeMillis() / 1000,
                        taken.to(),
                        taken.command());
    }
}
