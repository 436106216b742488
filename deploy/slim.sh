#!/bin/sh
# Take out of a virtual environment what serving never reads: installers, tests, headers, what belongs to
# notebooks, Arrow's remote calls, and the languages that we do not speak. `deploy/slim.sh <folder of the environment>`
set -eu
[ -f "$1/pyvenv.cfg" ] || { echo "$1: no virtual environment" >&2; exit 1; }
for packages in "$1"/lib/python3*/site-packages; do
	cd "$packages"
	rm -rf pip pip-* setuptools setuptools-* pkg_resources _distutils_hack distutils-precedence.pth
	rm -rf pydeck/nbextension/static pyarrow/include pyarrow/src ../../../share/jupyter
	rm -f pyarrow/libarrow_flight.so* pyarrow/_flight.*
	find . -type d \( -name tests -o -name test \) -not -path './streamlit/*' -prune -exec rm -rf {} +
	find . -type f \( -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.h' -o -name '*.a' \) -delete
	find babel/locale-data -type f -not -name 'root.dat' -not -name 'nl*.dat' -not -name 'en*.dat' -delete
done
