#!/usr/bin/env bash
# Lay out one Elasticsearch node in HOME from its published jars: build.sh HOME. Needs a JDK 17 and Maven.
# Does nothing when HOME was already built from these very files.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
home=$1
recipe=$(cat "$here"/*.java "$here/pom.xml" "$here/build.sh" | sha256sum | cut -d' ' -f1)
[ "$(cat "$home/recipe" 2>/dev/null)" = "$recipe" ] && exit 0
version=$(sed -n 's:.*<elasticsearch.version>\(.*\)</elasticsearch.version>.*:\1:p' "$here/pom.xml")

rm -rf "$home"
netty=$home/modules/transport-netty4 filters=$home/modules/analysis-filters
mkdir -p "$home"/{config,plugins,lib,node} "$netty" "$filters/classes"
mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$home/lib"

# The HTTP server is a module of its own; its descriptor lies inside its jar.
mv "$home"/lib/netty-* "$home"/lib/transport-netty4-* "$netty/"
(cd "$netty" && jar xf "transport-netty4-$version.jar" META-INF/es-plugins/transport-netty4/plugin-descriptor.properties)
grep -v '^modulename' "$netty/META-INF/es-plugins/transport-netty4/plugin-descriptor.properties" \
  > "$netty/plugin-descriptor.properties"
rm -r "$netty/META-INF"

javac -nowarn -cp "$home/lib/*" -d "$filters/classes" "$here/AnalysisFilters.java"
jar cf "$filters/analysis-filters.jar" -C "$filters/classes" .
rm -r "$filters/classes"
cat > "$filters/plugin-descriptor.properties" <<EOF
name=analysis-filters
description=the token filters that Convoy's mappings name
version=$version
java.version=17
elasticsearch.version=$version
classname=AnalysisFilters
EOF

javac -nowarn -cp "$home/lib/*" -d "$home/node" "$here/SearchNode.java"
printf '%s\n' "$recipe" > "$home/recipe"
