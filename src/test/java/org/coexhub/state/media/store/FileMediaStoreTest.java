package org.coexhub.state.media.store;

class FileMediaStoreTest extends MediaStoreContract {

    @Override
    MediaStore store() {
        return new FileMediaStore(folder.resolve("media"));
    }
}
