@echo off
rem Runs the Maven that .mvn\maven.properties pins, from a cache in %USERPROFILE%\.m2\wrapper (or %MAVEN_USER_HOME%).
rem The first run fills the cache: .mvn\FetchMaven.java says from where. Needs a JDK and nothing else.
setlocal
for /f "usebackq eol=# tokens=1,2 delims==" %%a in ("%~dp0.mvn\maven.properties") do set "PIN_%%a=%%b"
set "CACHE=%USERPROFILE%\.m2"
if defined MAVEN_USER_HOME set "CACHE=%MAVEN_USER_HOME%"
set "MAVEN=%CACHE%\wrapper\dists\apache-maven-%PIN_version%\%PIN_sha512:~0,12%"
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
if exist "%MAVEN%\bin\mvn.cmd" goto run
"%JAVA%" "%~dp0.mvn\FetchMaven.java" "%PIN_version%" "%PIN_sha512%" "%MAVEN%" 1>&2
if errorlevel 1 exit /b 1
:run
"%MAVEN%\bin\mvn.cmd" %*
