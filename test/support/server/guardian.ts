/**
 * A shell script that starts its arguments as a program, says the pid, and kills it when standard input
 * ends: when a test stops it, and also when the test process dies by a signal that nothing can catch.
 * What the program prints is in `output.log`; the script ends with its status.
 */
export const guardian = `
exec 3<&0
"$@" </dev/null >output.log 2>&1 &
program=$!
echo $program
( read -r _ <&3; kill -9 $program 2>/dev/null ) &
guard=$!
wait $program
status=$?
kill $guard 2>/dev/null
exit $status
`;
