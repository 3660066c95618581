package org.coexhub.outbound.send.limit;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.platform.store.SqlArrays;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

import javax.sql.DataSource;

/**
 * Limits how many messages a business number sends in one second, for all nodes together.
 *
 * <p><b>Why no second ever has more.</b> A number that may send 20 has 20 slots. A message takes one before Graph is
 * called, and the slot rests for a second after Graph has answered. Meta counts the message somewhere between the two,
 * so two messages of one slot are a second apart for Meta as well, however long either was under way; and 20 slots
 * cannot bring 21 messages into a second that begins anywhere. A token bucket does not have this property: filled with
 * 20 and refilled by 20 a second it lets 40 through within one second, and any rate that leaves room for a burst lets a
 * pause of process or network bunch more messages than planned.
 *
 * <p><b>What it costs.</b> A slot is away for a second and the time of the call, so the rate reached is the limit
 * divided by that. An answer that takes longer than {@code transit} is not waited for: by then Meta has counted.
 *
 * <p><b>Why no slot gets lost.</b> It is held for as long as a call can last. A process that is killed while it holds
 * one can send nothing afterwards; the slot comes back by itself, and at once where only one process can have the
 * database.
 *
 * <p><b>Why no slot is used twice.</b> It is kept for a command, but held by a turn. Two turns of one command, as after
 * a redelivery, are two holders, and neither gives back what the other uses.
 *
 * <p><b>Whose clock.</b> Nodes compare times that other nodes wrote, so all go by the database's: the hub's clock is
 * {@link org.coexhub.platform.store.StoreClock}, exact to half the time of a question to the database.
 *
 * <p>Each step of one slot is one statement that changes a row only while it is as it was seen, so nodes never wait for each other.
 */
final class SendSlots {

    static final Duration WINDOW = Duration.ofSeconds(1);

    /** A turn may find its slot so much too early; it waits that long at most. */
    static final Duration LOOK_AHEAD = Duration.ofMillis(120);

    /** Times are kept to the millisecond, cut off. */
    static final Duration ROUNDING = Duration.ofMillis(2);

    /** More than turns that look at the same time: one that finds all of them taken would join the backlog for nothing. */
    private static final int CANDIDATES = 64;

    private static final String KEPT =
            """
            SELECT * FROM send_slot WHERE holder = :command AND number_id = :number AND held_until > :now
            """;

    private static final String FREE =
            """
            SELECT * FROM send_slot
            WHERE number_id = :number AND free_at <= :until AND (holder IS NULL OR held_until <= :now)
            ORDER BY number_id, free_at LIMIT :limit
            """;

    private static final String TAKE =
            """
            UPDATE send_slot SET holder = :holder, held_until = :lease
            WHERE number_id = :number AND slot = :slot AND free_at = :freeAt
              AND (holder IS NULL OR holder = :command OR held_until <= :now)
            """;

    private static final String LOCK =
            """
            SELECT 1 FROM send_slot s
            JOIN unnest(?::varchar[], ?::int[]) AS r (number_id, slot) ON s.number_id = r.number_id AND s.slot = r.slot
            ORDER BY s.number_id, s.slot FOR UPDATE OF s
            """;

    private static final String REST =
            """
            UPDATE send_slot s SET free_at = GREATEST(s.free_at, r.free_at),
                held_until = CASE WHEN s.holder = r.holder THEN NULL ELSE s.held_until END,
                holder = CASE WHEN s.holder = r.holder THEN NULL ELSE s.holder END
            FROM unnest(?::varchar[], ?::int[], ?::varchar[], ?::timestamptz[])
                AS r (number_id, slot, holder, free_at)
            WHERE s.number_id = r.number_id AND s.slot = r.slot
            """;

    private static final String GIVE_BACK =
            """
            UPDATE send_slot SET holder = NULL, held_until = NULL
            WHERE number_id = :number AND slot = :slot AND holder = :holder
            """;

    private static final String GIVE_BACK_KEPT =
            """
            UPDATE send_slot SET holder = NULL, held_until = NULL WHERE number_id = :number AND holder = :holder
            """;

    private static final String FILL =
            """
            UPDATE send_slot SET free_at = :freeAt
            WHERE number_id = :number AND slot = :slot AND free_at = :was AND free_at < :freeAt
            """;

    private static final String SOONEST =
            """
            SELECT * FROM send_slot WHERE number_id = :number
            ORDER BY CASE WHEN holder IS NULL THEN 0 ELSE 1 END, free_at LIMIT :limit
            """;

    private final JdbcClient jdbc;
    private final JdbcTemplate all;
    private final InstantSource clock;

    SendSlots(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.all = new JdbcTemplate(database);
        this.clock = clock;
    }

    /** The slot that is kept for the command, or else any that is free now; held until the lease ends. */
    Optional<Slot> take(PhoneNumberId number, CommandId command, Duration lease, boolean keptOnly) {
        Instant now = clock.instant();
        Optional<Slot> kept =
                jdbc
                        .sql(KEPT)
                        .param("number", number.value())
                        .param("command", command.value())
                        .param("now", SqlTimes.millis(now))
                        .query(SendSlots::read)
                        .list()
                        .stream()
                        .findFirst();
        String turn = UUID.randomUUID().toString();
        if (kept.isPresent() && kept.get().freeAt().isAfter(now.plus(LOOK_AHEAD))) {
            // Closed since it was called up; what lets the number send again calls it up again.
            giveBack(number, command);
            return Optional.empty();
        }
        if (kept.isPresent() || keptOnly) {
            return kept.filter(slot -> take(slot, command, turn, lease))
                    .map(slot -> slot.heldBy(turn));
        }
        List<Slot> usable = free(number, now, CANDIDATES);
        // Nodes that look at the same time shall not all reach for the same one.
        int first = usable.isEmpty() ? 0 : ThreadLocalRandom.current().nextInt(usable.size());
        for (int i = 0; i < usable.size(); i++) {
            Slot slot = usable.get((first + i) % usable.size());
            if (take(slot, command, turn, lease)) {
                return Optional.of(slot.heldBy(turn));
            }
        }
        return Optional.empty();
    }

    /** Keeps the slot for a turn of the command. False when somebody else was faster. */
    boolean keep(Slot slot, CommandId command, Duration lease) {
        return take(slot, command, command.value(), lease);
    }

    private boolean take(Slot slot, CommandId command, String holder, Duration lease) {
        Instant now = clock.instant();
        return jdbc.sql(TAKE)
                        .param("number", slot.number().value())
                        .param("slot", slot.index())
                        .param("freeAt", SqlTimes.millis(slot.freeAt()))
                        .param("command", command.value())
                        .param("holder", holder)
                        .param("now", SqlTimes.millis(now))
                        .param("lease", SqlTimes.millis(now.plus(lease)))
                        .update()
                == 1;
    }

    /** Slots that can be used by then, soonest first. */
    List<Slot> free(PhoneNumberId number, Instant until, int limit) {
        return jdbc.sql(FREE)
                .param("number", number.value())
                .param("until", SqlTimes.millis(until))
                .param("now", SqlTimes.millis(clock.instant()))
                .param("limit", limit)
                .query(SendSlots::read)
                .list();
    }

    /**
     * A message was sent with the slot.
     *
     * @param counted by Meta, at that time at the latest
     * @param seconds it rests
     */
    record Used(Slot slot, Instant counted, int seconds) {

        private Instant freeAt() {
            return counted.plus(WINDOW.multipliedBy(seconds)).plus(ROUNDING);
        }
    }

    /**
     * Slots rest after their messages; those that were not used come back. All are locked first, in their order, so that
     * batches never wait for each other in a circle.
     */
    void end(Collection<Used> used, Collection<Slot> unused) {
        List<Slot> slots = Stream.concat(used.stream().map(Used::slot), unused.stream()).toList();
        all.query(
                LOCK,
                statement -> {
                    statement.setArray(1, SqlArrays.text(statement, numbers(slots)));
                    statement.setArray(2, SqlArrays.ints(statement, indexes(slots)));
                },
                locked -> {});
        unused.forEach(this::giveBack);
        if (!used.isEmpty()) {
            rest(used);
        }
    }

    private void rest(Collection<Used> used) {
        List<Slot> slots = used.stream().map(Used::slot).toList();
        List<String> holders = slots.stream().map(Slot::holder).toList();
        List<Instant> freeAt = used.stream().map(Used::freeAt).toList();
        all.update(
                REST,
                statement -> {
                    statement.setArray(1, SqlArrays.text(statement, numbers(slots)));
                    statement.setArray(2, SqlArrays.ints(statement, indexes(slots)));
                    statement.setArray(3, SqlArrays.text(statement, holders));
                    statement.setArray(4, SqlArrays.millis(statement, freeAt));
                });
    }

    private static List<String> numbers(List<Slot> slots) {
        return slots.stream().map(slot -> slot.number().value()).toList();
    }

    private static List<Integer> indexes(List<Slot> slots) {
        return slots.stream().map(Slot::index).toList();
    }

    void rest(Slot slot, Instant counted, int seconds) {
        end(List.of(new Used(slot, counted, seconds)), List.of());
    }

    /** Its holder makes no use of it. */
    void giveBack(Slot slot) {
        jdbc.sql(GIVE_BACK)
                .param("number", slot.number().value())
                .param("slot", slot.index())
                .param("holder", slot.holder())
                .update();
    }

    /** What is kept for the command is not needed. */
    void giveBack(PhoneNumberId number, CommandId command) {
        jdbc.sql(GIVE_BACK_KEPT)
                .param("number", number.value())
                .param("holder", command.value())
                .update();
    }

    /**
     * Messages that Meta counts without having been asked by the hub: each makes one slot rest, the soonest first. Where
     * all are taken they rest one second more, and no longer than that, however many messages there are: Meta counts them
     * in the second in which they come, not in those that follow.
     */
    void fill(PhoneNumberId number, int messages) {
        Instant now = clock.instant();
        Instant latest = now.plus(WINDOW.multipliedBy(2)).plus(ROUNDING);
        for (Slot slot : soonest(number, messages)) {
            Instant from = slot.freeAt().isAfter(now) ? slot.freeAt() : now;
            Instant rested = from.plus(WINDOW).plus(ROUNDING);
            jdbc.sql(FILL)
                    .param("number", number.value())
                    .param("slot", slot.index())
                    .param("was", SqlTimes.millis(slot.freeAt()))
                    .param("freeAt", SqlTimes.millis(rested.isBefore(latest) ? rested : latest))
                    .update();
        }
    }

    private List<Slot> soonest(PhoneNumberId number, int limit) {
        return jdbc.sql(SOONEST)
                .param("number", number.value())
                .param("limit", limit)
                .query(SendSlots::read)
                .list();
    }

    private static Slot read(ResultSet rs, int row) throws SQLException {
        return new Slot(
                new PhoneNumberId(rs.getString("number_id")),
                rs.getInt("slot"),
                SqlTimes.read(rs, "free_at"),
                rs.getString("holder"));
    }
}
