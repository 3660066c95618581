package org.coexhub.state.media;

import org.coexhub.platform.http.BoundedBody;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Writes a response into a file, reckons its hash on the way, and breaks off where it gets too large. */
public final class Download implements HttpResponse.BodySubscriber<Path> {

    private final BoundedBody<Path> file;
    private final MessageDigest digest = Sha256.digest();

    public Download(Path target, long limit) {
        this.file = new BoundedBody<>(HttpResponse.BodySubscribers.ofFile(target), limit);
    }

    long bytes() {
        return file.bytes();
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
        file.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            digest.update(buffer.duplicate());
        }
        file.onNext(buffers);
    }

    @Override
    public void onError(Throwable failure) {
        file.onError(failure);
    }

    @Override
    public void onComplete() {
        file.onComplete();
    }
}
