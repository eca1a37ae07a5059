# Builds the client and the program of a variant. The tools are installed once, in the variant katapult.
set -e
tsc=../katapult/node_modules/typescript/bin/tsc
case $KATAPULT_VARIANT in
    katapult)
        npm ci --ignore-scripts --no-audit --no-fund
        npm run build --prefix client
        ;;
    growth)
        mkdir node_modules
        ln -s ../client node_modules/katapult
        node $tsc -p client
        ;;
esac
node $tsc -p "$KATAPULT_VARIANT"
