package org.coexhub.testing;

/** Business numbers that tests send from, known to the hubs they start without a webhook. */
public final class TestNumbers {

    /** The value of {@code HUB_NUMBERS}. */
    public static final String ALL =
            "106,700100200300,100200300400500,106540352242922,106540352242931,106540352242001";

    private TestNumbers() {}
}
