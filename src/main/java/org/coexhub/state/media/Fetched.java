package org.coexhub.state.media;

import java.time.Duration;

/** The result of one try to fetch a file. */
sealed interface Fetched {

    /** The file lies where it was asked to, whole and with the right hash. */
    record Whole(long bytes, String mimeType) implements Fetched {}

    /** @param pause not before; null where nobody said */
    record Later(String reason, Duration pause) implements Fetched {}

    /** The customer has had a day's share; it comes the next day. */
    record PutOff() implements Fetched {}

    /** The disk is too full for it; it waits as if nobody had asked for it. */
    record NoRoom() implements Fetched {}

    /** No try will ever bring it. */
    record Lost(String reason) implements Fetched {}
}
