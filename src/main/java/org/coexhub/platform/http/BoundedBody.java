package org.coexhub.platform.http;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** The body of an answer up to a size; where more comes, the rest is not read and the connection is closed. */
public final class BoundedBody<T> implements BodySubscriber<T> {

    private final BodySubscriber<T> body;
    private final long most;
    private Flow.Subscription subscription;
    private long bytes;
    private boolean broken;

    /** @param body takes what is within the size */
    public BoundedBody(BodySubscriber<T> body, long most) {
        this.body = body;
        this.most = most;
    }

    /** How many have come. */
    public long bytes() {
        return bytes;
    }

    @Override
    public CompletionStage<T> getBody() {
        return body.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription coming) {
        subscription = coming;
        body.onSubscribe(coming);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (broken) {
            return;
        }
        for (ByteBuffer buffer : buffers) {
            bytes += buffer.remaining();
        }
        if (bytes > most) {
            broken = true;
            subscription.cancel();
            body.onError(new AnswerTooLargeException(most));
        } else {
            body.onNext(buffers);
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (!broken) {
            body.onError(failure);
        }
    }

    @Override
    public void onComplete() {
        if (!broken) {
            body.onComplete();
        }
    }
}
