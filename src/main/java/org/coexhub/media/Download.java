package org.coexhub.media;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Writes a response into a file, reckons its hash on the way, and breaks off where it gets too large. */
public final class Download implements HttpResponse.BodySubscriber<Path> {

    /** More came than is allowed. */
    public static final class TooLarge extends IOException {
        TooLarge() {
            super("the file is larger than allowed");
        }
    }

    private final HttpResponse.BodySubscriber<Path> file;
    private final long limit;
    private final MessageDigest digest = Sha256.digest();
    private Flow.Subscription subscription;
    private long bytes;
    private boolean broken;

    public Download(Path target, long limit) {
        this.file = HttpResponse.BodySubscribers.ofFile(target);
        this.limit = limit;
    }

    long bytes() {
        return bytes;
    }

    /** Once; the reckoning begins anew. */
    byte[] hash() {
        return digest.digest();
    }

    @Override
    public CompletionStage<Path> getBody() {
        return file.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        file.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (broken) {
            return;
        }
        for (ByteBuffer buffer : buffers) {
            bytes += buffer.remaining();
            digest.update(buffer.duplicate());
        }
        if (bytes > limit) {
            broken = true;
            subscription.cancel();
            file.onError(new TooLarge());
        } else {
            file.onNext(buffers);
        }
    }

    @Override
    public void onError(Throwable failure) {
        file.onError(failure);
    }

    @Override
    public void onComplete() {
        if (!broken) {
            file.onComplete();
        }
    }
}
