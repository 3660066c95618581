package org.coexhub.state.media.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What every media store does. */
abstract class MediaStoreContract {

    static final String KEY = "ab12cd34";

    @TempDir Path folder;

    abstract MediaStore store();

    @Test
    void whatWasPutIsThereWholeAndCanBeOpenedMoreThanOnce() throws Exception {
        byte[] bytes = "a picture of a latte".repeat(20_000).getBytes();
        store().put(KEY, file(bytes));

        assertThat(kept(KEY)).isEqualTo(bytes);
        assertThat(kept(KEY)).isEqualTo(bytes);
    }

    @Test
    void aFileOfNothingIsAFile() throws Exception {
        store().put(KEY, file(new byte[0]));

        assertThat(kept(KEY)).isEmpty();
    }

    @Test
    void putAgainTakesThePlaceOfWhatWasThere() throws Exception {
        store().put(KEY, file("first".getBytes()));
        store().put(KEY, file("second".getBytes()));

        assertThat(kept(KEY)).asString().isEqualTo("second");
    }

    @Test
    void whatIsNotThereIsNoSuchFile() {
        assertThatThrownBy(() -> store().open("nothing")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void whatIsDeletedIsGoneAndMayBeDeletedAgain() throws Exception {
        store().put(KEY, file("old".getBytes()));

        store().delete(KEY);
        store().delete(KEY);

        assertThatThrownBy(() -> store().open(KEY)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aKeyThatIsAPathIsRefused() {
        for (String key : new String[] {"../etc/passwd", "a/b", "", "a b", "${body}"}) {
            assertThatThrownBy(() -> store().open(key))
                    .as(key)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    byte[] kept(String key) throws IOException {
        try (InputStream in = store().open(key)) {
            return in.readAllBytes();
        }
    }

    Path file(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(folder, "new", ""), bytes);
    }
}
