package org.coexhub.delivery.deadletter;

import java.util.function.IntConsumer;

/** Watches an act on dead letters, and may end it between two of its transactions. */
public interface LetterProgress {

    /** Of an act that goes on to its end, and whose steps nobody asks for. */
    LetterProgress UNWATCHED =
            new LetterProgress() {
                @Override
                public boolean goesOn() {
                    return true;
                }

                @Override
                public void moved(int letters) {}
            };

    /** Asked before each transaction; once it says no, no other begins. */
    boolean goesOn();

    /** Told after each transaction how many letters it has taken. */
    void moved(int letters);

    /** The same, which tells another first. */
    default LetterProgress tellingFirst(IntConsumer other) {
        LetterProgress then = this;
        return new LetterProgress() {
            @Override
            public boolean goesOn() {
                return then.goesOn();
            }

            @Override
            public void moved(int letters) {
                other.accept(letters);
                then.moved(letters);
            }
        };
    }
}
