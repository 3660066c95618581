package org.coexhub.platform.settings;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.env.Environment;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All settings records of the hub, bound and thrown away again, to see whether they can be. */
final class SettingRecords {

    private final List<Class<?>> types = new ArrayList<>();

    SettingRecords() {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        for (var candidate : scanner.findCandidateComponents("org.coexhub")) {
            Class<?> type = ClassUtils.resolveClassName(candidate.getBeanClassName(), null);
            if (type.isRecord()) {
                types.add(type);
            }
        }
    }

    /** Every property that a record takes; * where the user gives a name, as {@code hub.commands.callers.*.secret}. */
    List<String> names() {
        var names = new ArrayList<String>();
        types.forEach(type -> add(names, prefix(type), type));
        return names;
    }

    private static void add(List<String> names, String prefix, Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = SettingName.property(prefix, component.getName());
            names.add(name);
            if (component.getGenericType() instanceof ParameterizedType map
                    && map.getRawType() == Map.class
                    && map.getActualTypeArguments()[1] instanceof Class<?> value
                    && value.isRecord()) {
                add(names, name + ".*", value);
            }
        }
    }

    List<String> faults(Environment environment) {
        var binder = Binder.get(environment);
        var collector = new Collector();
        for (Class<?> type : types) {
            if (counts(type, environment)) {
                binder.bindOrCreate(prefix(type), Bindable.of(type), collector);
            }
        }
        return collector.faults;
    }

    /** Notes each fault and lets the binding go on, with the default in the place of the value that is wrong. */
    private static final class Collector implements BindHandler {

        private final List<String> faults = new ArrayList<>();

        @Override
        public Object onFailure(
                ConfigurationPropertyName name,
                Bindable<?> target,
                BindContext context,
                Exception error) {
            faults.addAll(BindFault.words(name, target, error));
            return null;
        }
    }

    private static boolean counts(Class<?> type, Environment environment) {
        var beside = type.getAnnotation(OnlyBeside.class);
        return beside == null
                || beside.value().equals(environment.getProperty(beside.setting(), "").strip());
    }

    private static String prefix(Class<?> type) {
        return type.getAnnotation(ConfigurationProperties.class).value();
    }
}
