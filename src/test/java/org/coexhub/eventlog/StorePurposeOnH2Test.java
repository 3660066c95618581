package org.coexhub.eventlog;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class StorePurposeOnH2Test extends StorePurposeContract {

    @Override
    DataSource migrated() {
        return TestDatabase.h2();
    }

    @Override
    String bytes() {
        return "BINARY LARGE OBJECT";
    }
}
