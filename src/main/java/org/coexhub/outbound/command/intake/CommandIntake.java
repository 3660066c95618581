package org.coexhub.outbound.command.intake;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.outbound.command.KnownNumbers;
import org.coexhub.outbound.command.RepeatListener;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.outbound.command.SenderCheck;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.command.store.Submission;
import org.coexhub.outbound.command.validation.CommandForm;
import org.coexhub.outbound.command.validation.CommandJson;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Takes commands in, whatever their source: reads, validates, and stores them once per idempotency key. The limit of their
 * size and the check of their characters are here and nowhere else, so every source has the same.
 */
public final class CommandIntake implements SenderCheck {

    /** Largest command in bytes. */
    public static final int MOST_BYTES = 256 * 1024;

    private final CommandStore store;
    private final Function<Submission, Optional<Acceptance>> storing;
    private final RepeatListener repeats;
    private final KnownNumbers numbers;

    /** @param storing stores one, perhaps together with others that come at the same time; empty where its key belongs to another */
    public CommandIntake(
            CommandStore store,
            Function<Submission, Optional<Acceptance>> storing,
            RepeatListener repeats,
            KnownNumbers numbers) {
        this.store = store;
        this.storing = storing;
        this.repeats = repeats;
        this.numbers = numbers;
    }

    /**
     * Returns once the command is durable.
     *
     * @param json Meta's send JSON plus {@code from} and {@code hub}
     * @param caller whose key it is
     * @throws CommandRefusedException key or form are wrong, the number is unknown, or the key belongs to another command; nothing is
     *     stored
     */
    public Acceptance accept(byte[] json, String idempotencyKey, Caller caller) {
        Submission submission = check(json, idempotencyKey, caller);
        Acceptance acceptance =
                storing.apply(submission).orElseThrow(CommandRefusedException::conflict);
        tellRepeated(submission, acceptance);
        return acceptance;
    }

    /**
     * The first half of {@link #accept}, for those who hand in many together.
     *
     * @throws CommandRefusedException key or form are wrong, or the number is unknown
     */
    Submission check(byte[] json, String idempotencyKey, Caller caller) {
        var key = new IdempotencyKey(idempotencyKey);
        limit(json.length);
        ObjectNode document = CommandJson.read(json);
        SendCommand command = CommandForm.check(document);
        require(command.from(), key, caller);
        return new Submission(
                command, CommandJson.write(document), CommandJson.hash(document), key, caller);
    }

    /**
     * The second half of {@link #accept}, in one transaction.
     *
     * @return for each in its place; empty where the key belongs to another command
     */
    List<Optional<Acceptance>> accept(List<Submission> submissions) {
        List<Optional<Acceptance>> answers = store.accept(submissions);
        for (int i = 0; i < answers.size(); i++) {
            Submission submission = submissions.get(i);
            answers.get(i).ifPresent(acceptance -> tellRepeated(submission, acceptance));
        }
        return answers;
    }

    private void tellRepeated(Submission submission, Acceptance acceptance) {
        if (!acceptance.fresh()) {
            repeats.repeated(acceptance.id(), submission.command().from());
        }
    }

    /**
     * What {@link #accept} asks of the bytes, whoever hands them in; for sources that do so by a queue, and still know now
     * whom to tell.
     *
     * @throws CommandRefusedException it is too large, nested too deeply, or not in form
     */
    public static SendCommand check(byte[] json) {
        limit(json.length);
        return CommandForm.check(CommandJson.read(json));
    }

    @Override
    public void require(PhoneNumberId from, String idempotencyKey, Caller caller) {
        require(from, new IdempotencyKey(idempotencyKey), caller);
    }

    /** A repetition gets its first answer whatever has become of the number. */
    private void require(PhoneNumberId from, IdempotencyKey key, Caller caller) {
        if (!numbers.isKnown(from) && !store.knows(key, caller)) {
            throw CommandRefusedException.unknownNumber();
        }
    }

    /** For sources that know the size before they have the bytes. @throws CommandRefusedException no command is as large as this */
    public static void limit(long bytes) {
        if (bytes > MOST_BYTES) {
            throw CommandRefusedException.tooLarge(MOST_BYTES);
        }
    }
}
