package org.coexhub.inbound.eventlog;

import org.coexhub.platform.backup.RestoredMark;
import org.coexhub.platform.settings.DataDirectory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.util.Optional;

/**
 * Moves the end of the feed ahead where a backup was restored or an export imported. The hub that the backup is of has gone
 * on, and its readers stand at positions that are still to be given out here: they would miss as many events. No hub has
 * ever given out as many positions as there are milliseconds since 1970, so behind the moment of the restore all are new.
 */
@Component
final class FeedAfterRestore implements InitializingBean {

    private static final String MOVE_ON =
            "UPDATE feed_end SET position = GREATEST(position, ?) WHERE one = 1";

    private final DataDirectory data;
    private final JdbcTemplate jdbc;

    FeedAfterRestore(DataDirectory data, JdbcTemplate jdbc) {
        this.data = data;
        this.jdbc = jdbc;
    }

    /** Before anything is routed; again at each start until somebody releases sending, which changes nothing more. */
    @Override
    public void afterPropertiesSet() throws IOException {
        Optional<RestoredMark> mark = RestoredMark.in(data.path());
        mark.ifPresent(restore -> jdbc.update(MOVE_ON, restore.restored().toEpochMilli()));
    }
}
