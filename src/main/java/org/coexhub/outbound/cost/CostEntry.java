package org.coexhub.outbound.cost;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * One message in the ledger, or what one event adds to it.
 *
 * <p><b>Why order and repetition do not matter.</b> {@link #join} takes of everything the higher: the stage, of one
 * stage the earlier time, the price told by the highest status. It is commutative, associative and idempotent, so a
 * message comes out the same whatever arrives first, late, or again.
 *
 * @param id wamid, in a group {@code <wamid>:<participant>}
 * @param number phone number id; null where Meta left it out
 * @param at first time in this stage; null in a row just made
 * @param source of the command behind it; null while none is known
 * @param app echoed, so typed by a person in the App
 */
record CostEntry(
        String id,
        String number,
        Stage stage,
        Instant at,
        Price price,
        String source,
        boolean app) {

    CostEntry join(CostEntry other) {
        return new CostEntry(
                id,
                number == null ? other.number : number,
                stage.compareTo(other.stage) >= 0 ? stage : other.stage,
                earlierOfHigher(other),
                Price.higher(price, other.price),
                source == null ? other.source : source,
                app || other.app);
    }

    private Instant earlierOfHigher(CostEntry other) {
        int order = stage.compareTo(other.stage);
        if (at == null || order < 0) {
            return other.at;
        }
        return order > 0 || other.at == null || at.isBefore(other.at) ? at : other.at;
    }

    CostEntry withSource(String known) {
        return new CostEntry(id, number, stage, at, price, known, app);
    }

    LocalDate day() {
        return at.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    /** Null while there is nothing to count. */
    Charge charge() {
        if (stage != Stage.FAILED && app && price == null) {
            return Charge.FREE;
        }
        return switch (stage) {
            case NONE -> null;
            case SENT -> Charge.PENDING;
            case FAILED -> Charge.FAILED;
            case DELIVERED -> {
                if (price == null) {
                    yield Charge.UNPRICED;
                }
                yield price.isFree() ? Charge.FREE : Charge.BILLED;
            }
        };
    }
}
