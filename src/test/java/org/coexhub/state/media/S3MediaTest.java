package org.coexhub.state.media;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.state.media.store.FakeS3.Trouble;
import org.coexhub.state.media.store.MediaStore;
import org.coexhub.state.media.store.S3Bench;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Duration;

import javax.sql.DataSource;

/** The same with a bucket, and a bucket that is away for a while. */
class S3MediaTest extends MediaContract {

    private static S3Bench bench;

    @BeforeAll
    static void openBucket() throws Exception {
        bench = new S3Bench();
    }

    @AfterAll
    static void closeBucket() {
        bench.close();
    }

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }

    @Override
    MediaStore freshStore(Path place) {
        bench.s3.reset();
        return bench.store();
    }

    @Test
    void whatTheBucketDoesNotTakeIsTriedAgainUntilItDoes() throws Exception {
        for (int i = 0; i < 6; i++) {
            bench.s3.next(Trouble.SLOW_DOWN, Trouble.CUT);
        }
        note("slow", FakeMedia.HEX);

        MediaRow row = settledInTime("slow", Duration.ofHours(1));

        assertThat(row.state()).isEqualTo(MediaRow.State.STORED);
        assertThat(row.tries()).isGreaterThan(1);
        assertThat(kept(row)).isEqualTo(FakeMedia.FILE);
    }

    @Test
    void aPutWhoseAnswerGotLostIsPutAgainAndIsOneObject() throws Exception {
        for (int i = 0; i < 6; i++) {
            bench.s3.next(Trouble.CUT_WHEN_DONE);
        }
        note("lost", FakeMedia.HEX);

        MediaRow row = settledInTime("lost", Duration.ofHours(1));

        assertThat(row.state()).isEqualTo(MediaRow.State.STORED);
        assertThat(kept(row)).isEqualTo(FakeMedia.FILE);
        assertThat(bench.s3.objects()).hasSize(1);
    }
}
