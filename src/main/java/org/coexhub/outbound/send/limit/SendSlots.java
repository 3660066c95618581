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
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
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

    private static final String KEPT =
            """
            SELECT * FROM send_slot WHERE holder = ANY (?) AND held_until > ? ORDER BY number_id, slot FOR UPDATE
            """;

    private static final String FREE_OF_MANY =
            """
            SELECT s.* FROM unnest(?::varchar[], ?::int[]) AS w (number_id, n) CROSS JOIN LATERAL (
                SELECT * FROM send_slot
                WHERE number_id = w.number_id AND free_at <= ? AND (holder IS NULL OR held_until <= ?)
                ORDER BY number_id, free_at LIMIT w.n FOR UPDATE SKIP LOCKED) s
            """;

    private static final String HOLD =
            """
            UPDATE send_slot s SET holder = w.holder, held_until = ?
            FROM unnest(?::varchar[], ?::int[], ?::varchar[], ?::varchar[], ?::timestamptz[])
                AS w (number_id, slot, holder, command, free_at)
            WHERE s.number_id = w.number_id AND s.slot = w.slot AND s.free_at = w.free_at
              AND (s.holder IS NULL OR s.holder = w.command OR s.held_until <= ?)
            RETURNING s.holder
            """;

    private static final String FREE =
            """
            SELECT * FROM send_slot
            WHERE number_id = :number AND free_at <= :until AND (holder IS NULL OR held_until <= :now)
            ORDER BY number_id, free_at LIMIT :limit
            """;

    private static final String LOCK =
            """
            SELECT 1 FROM send_slot s
            JOIN unnest(?::varchar[], ?::int[]) AS r (number_id, slot) ON s.number_id = r.number_id AND s.slot = r.slot
            ORDER BY s.number_id, s.slot FOR UPDATE OF s
            """;

    private static final String LOCK_WITH_ALL_OF =
            """
            SELECT 1 FROM send_slot s
            WHERE s.number_id = ANY (?) OR (s.number_id, s.slot) IN (
                SELECT r.number_id, r.slot FROM unnest(?::varchar[], ?::int[]) AS r (number_id, slot))
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

    /**
     * What a command asks for: the slot that is kept for it, or else any that is free now.
     *
     * @param keptOnly others wait for the free ones already
     */
    record Wanted(PhoneNumberId number, CommandId command, boolean keptOnly) {}

    /** As {@link #take(List, Duration)}, for one. */
    Optional<Slot> take(PhoneNumberId number, CommandId command, Duration lease, boolean keptOnly) {
        return Optional.ofNullable(
                take(List.of(new Wanted(number, command, keptOnly)), lease).get(command));
    }

    /**
     * A slot for each of these commands, as far as there are any, held until the lease ends. Kept ones are locked in their
     * order; of the free ones those are passed over that others are just taking, so nobody waits.
     */
    Map<CommandId, Slot> take(List<Wanted> wanted, Duration lease) {
        Instant now = clock.instant();
        Map<CommandId, Slot> chosen = kept(wanted, now);
        Set<CommandId> closed = new HashSet<>();
        chosen.forEach(
                (command, slot) -> {
                    if (slot.freeAt().isAfter(now.plus(LOOK_AHEAD))) {
                        // Closed since it was called up; what lets the number send again calls it
                        // up again.
                        giveBack(slot.number(), command);
                        closed.add(command);
                    }
                });
        chosen.keySet().removeAll(closed);
        List<Wanted> others =
                wanted.stream()
                        .filter(each -> !each.keptOnly && !closed.contains(each.command))
                        .filter(each -> !chosen.containsKey(each.command))
                        .toList();
        chosen.putAll(free(others, now));
        return chosen.isEmpty()
                ? chosen
                : hold(chosen, turn -> UUID.randomUUID().toString(), now, now.plus(lease));
    }

    private Map<CommandId, Slot> kept(List<Wanted> wanted, Instant now) {
        Map<String, CommandId> byId = new HashMap<>();
        wanted.forEach(each -> byId.put(each.command.value(), each.command));
        Map<CommandId, Slot> kept = new LinkedHashMap<>();
        all.query(
                KEPT,
                statement -> {
                    statement.setArray(1, SqlArrays.text(statement, byId.keySet()));
                    statement.setObject(2, SqlTimes.millis(now));
                },
                row -> {
                    Slot slot = read(row, 0);
                    kept.putIfAbsent(byId.get(slot.holder()), slot);
                });
        return kept;
    }

    private Map<CommandId, Slot> free(List<Wanted> wanted, Instant now) {
        Map<PhoneNumberId, Deque<CommandId>> byNumber = new HashMap<>();
        for (Wanted each : wanted) {
            byNumber.computeIfAbsent(each.number, number -> new ArrayDeque<>()).add(each.command);
        }
        if (byNumber.isEmpty()) {
            return Map.of();
        }
        List<PhoneNumberId> numbers = List.copyOf(byNumber.keySet());
        Map<CommandId, Slot> free = new HashMap<>();
        all.query(
                FREE_OF_MANY,
                statement -> {
                    statement.setArray(
                            1,
                            SqlArrays.text(
                                    statement,
                                    numbers.stream().map(PhoneNumberId::value).toList()));
                    statement.setArray(
                            2,
                            SqlArrays.ints(
                                    statement,
                                    numbers.stream()
                                            .map(number -> byNumber.get(number).size())
                                            .toList()));
                    statement.setObject(3, SqlTimes.millis(now));
                    statement.setObject(4, SqlTimes.millis(now));
                },
                row -> {
                    Slot slot = read(row, 0);
                    free.put(byNumber.get(slot.number()).poll(), slot);
                });
        return free;
    }

    /** Those that somebody else was faster at are left out. */
    private Map<CommandId, Slot> hold(
            Map<CommandId, Slot> chosen,
            Function<CommandId, String> holder,
            Instant now,
            Instant until) {
        List<CommandId> commands = List.copyOf(chosen.keySet());
        List<Slot> slots =
                commands.stream()
                        .map(command -> chosen.get(command).heldBy(holder.apply(command)))
                        .toList();
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < slots.size(); i++) {
            places.put(slots.get(i).holder(), i);
        }
        Map<CommandId, Slot> held = new HashMap<>();
        all.query(
                HOLD,
                statement -> {
                    statement.setObject(1, SqlTimes.millis(until));
                    statement.setArray(2, SqlArrays.text(statement, numbers(slots)));
                    statement.setArray(3, SqlArrays.ints(statement, indexes(slots)));
                    statement.setArray(
                            4,
                            SqlArrays.text(statement, slots.stream().map(Slot::holder).toList()));
                    statement.setArray(
                            5,
                            SqlArrays.text(
                                    statement, commands.stream().map(CommandId::value).toList()));
                    statement.setArray(
                            6,
                            SqlArrays.millis(statement, slots.stream().map(Slot::freeAt).toList()));
                    statement.setObject(7, SqlTimes.millis(now));
                },
                row -> {
                    int place = places.get(row.getString(1));
                    held.put(commands.get(place), slots.get(place));
                });
        return held;
    }

    /** Keeps slots for turns of these commands. Returns those of which nobody else was faster. */
    Map<CommandId, Slot> keep(Map<CommandId, Slot> wanted, Duration lease) {
        if (wanted.isEmpty()) {
            return Map.of();
        }
        Instant now = clock.instant();
        lock(wanted.values());
        return hold(wanted, command -> command.value(), now, now.plus(lease));
    }

    boolean keep(Slot slot, CommandId command, Duration lease) {
        return !keep(Map.of(command, slot), lease).isEmpty();
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
     *
     * @param closed numbers of which all slots are to be closed in the same transaction
     */
    void end(Collection<Used> used, Collection<Slot> unused, Set<PhoneNumberId> closed) {
        List<Slot> slots = Stream.concat(used.stream().map(Used::slot), unused.stream()).toList();
        if (closed.isEmpty()) {
            lock(slots);
        } else {
            lockWithAllOf(closed, slots);
        }
        unused.forEach(this::giveBack);
        if (!used.isEmpty()) {
            rest(used);
        }
    }

    private void lock(Collection<Slot> slots) {
        all.query(
                LOCK,
                statement -> {
                    statement.setArray(1, SqlArrays.text(statement, numbers(slots)));
                    statement.setArray(2, SqlArrays.ints(statement, indexes(slots)));
                },
                locked -> {});
    }

    private void lockWithAllOf(Set<PhoneNumberId> numbers, Collection<Slot> slots) {
        List<String> whole = numbers.stream().map(PhoneNumberId::value).toList();
        all.query(
                LOCK_WITH_ALL_OF,
                statement -> {
                    statement.setArray(1, SqlArrays.text(statement, whole));
                    statement.setArray(2, SqlArrays.text(statement, numbers(slots)));
                    statement.setArray(3, SqlArrays.ints(statement, indexes(slots)));
                },
                locked -> {});
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

    private static List<String> numbers(Collection<Slot> slots) {
        return slots.stream().map(slot -> slot.number().value()).toList();
    }

    private static List<Integer> indexes(Collection<Slot> slots) {
        return slots.stream().map(Slot::index).toList();
    }

    void rest(Slot slot, Instant counted, int seconds) {
        end(List.of(new Used(slot, counted, seconds)), List.of(), Set.of());
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
