/**
 * A shell script that starts its arguments as a server, says the pid, and kills it when standard input
 * ends: when a test stops it, and also when the test process dies by a signal that nothing can catch.
 */
export const guardian = `
exec 3<&0
"$@" </dev/null >server.log 2>&1 &
server=$!
echo $server
( read -r _ <&3; kill -9 $server 2>/dev/null ) &
guard=$!
wait $server
kill $guard 2>/dev/null
`;
