package org.coexhub.outbound.bulk;

import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.outbound.command.KnownNumbers;
import org.springframework.stereotype.Service;

/** Takes requests to send to many, once per idempotency key; returns once they are durable. */
@Service
public class BulkIntake {

    private final BulkStore store;
    private final KnownNumbers numbers;

    BulkIntake(BulkStore store, KnownNumbers numbers) {
        this.store = store;
        this.numbers = numbers;
    }

    /**
     * One JSON document.
     *
     * @throws CommandRefusedException key or form are wrong, or the key belongs to another bulk; nothing is stored
     */
    public BulkId acceptJson(byte[] json, String idempotencyKey) {
        var key = new IdempotencyKey(idempotencyKey);
        return accept(BulkForm.readJson(json), key);
    }

    /**
     * Lines of JSON, the first with everything but the recipients.
     *
     * @throws CommandRefusedException as {@link #acceptJson}
     */
    public BulkId acceptLines(byte[] ndjson, String idempotencyKey) {
        var key = new IdempotencyKey(idempotencyKey);
        return accept(BulkForm.readLines(ndjson), key);
    }

    private BulkId accept(BulkOrder order, IdempotencyKey key) {
        numbers.require(order.from());
        return store.accept(order, key);
    }
}
