package org.coexhub.platform.http;

import java.io.IOException;

/** Thrown when the other side answered with more bytes than are read. What it did before it answered is not known. */
public final class AnswerTooLargeException extends IOException {

    private static final long serialVersionUID = 1;

    public AnswerTooLargeException(long most) {
        super("the answer is larger than " + most + " bytes");
    }
}
