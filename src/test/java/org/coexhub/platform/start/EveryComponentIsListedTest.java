package org.coexhub.platform.start;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.coexhub.Hub;
import org.junit.jupiter.api.Test;
import org.springframework.stereotype.Component;

import java.io.InputStream;
import java.net.URI;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;

/** What is missing in the list that the compiler writes would be missing in the hub. */
class EveryComponentIsListedTest {

    private static final String LIST = "META-INF/spring.components";

    @Test
    void theListHasEveryComponentAndNoOther() throws Exception {
        var components = new HashSet<String>();
        for (JavaClass type :
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("org.coexhub")) {
            if (type.isMetaAnnotatedWith(Component.class) && !type.isAnnotation()) {
                components.add(type.getName());
            }
        }
        assertThat(listed()).isNotEmpty().isEqualTo(components);
    }

    private static Set<String> listed() throws Exception {
        URI main = Hub.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        var list = new Properties();
        try (InputStream in = main.resolve(LIST).toURL().openStream()) {
            list.load(in);
        }
        // Packages and settings stand there too.
        list.values().removeIf(kinds -> !kinds.toString().contains(Component.class.getName()));
        return list.stringPropertyNames();
    }
}
